"""What is kept beyond the process: saved models."""

from mosi_nb.storage.bundle import Saved, load, save

__all__ = ["Saved", "load", "save"]
