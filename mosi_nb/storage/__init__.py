"""What is kept beyond the process: saved models."""

from mosi_nb.storage.bundle import Saved, differing, load, save

__all__ = ["Saved", "differing", "load", "save"]
