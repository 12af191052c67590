"""The whole flow as the object that a user holds."""

from mosi_nb.model.model import Model
from mosi_nb.model.trained import TrainedModel

__all__ = ["Model", "TrainedModel"]
