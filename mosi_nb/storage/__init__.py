"""What is kept beyond the process: saved models, and the history of finished fits."""

from mosi_nb.storage.bundle import Saved, differing, load, save
from mosi_nb.storage.history import History, HistoryError, default_path

__all__ = ["History", "HistoryError", "Saved", "default_path", "differing", "load", "save"]
