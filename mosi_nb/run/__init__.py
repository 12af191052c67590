"""A plan carried out: fits on workers, streaming back."""

from mosi_nb.run.alone import quiet
from mosi_nb.run.cluster import embedded
from mosi_nb.run.events import Event, Finished, Key, Left, State, key_of
from mosi_nb.run.fit import trained
from mosi_nb.run.predict import predict_here
from mosi_nb.run.predict_there import predict_there
from mosi_nb.run.prepared import Prepared, reached
from mosi_nb.run.ready import ready
from mosi_nb.run.run import run
from mosi_nb.run.trial import failure, try_metrics, try_out

__all__ = [
    "Event",
    "Finished",
    "Key",
    "Left",
    "Prepared",
    "State",
    "embedded",
    "failure",
    "key_of",
    "predict_here",
    "predict_there",
    "quiet",
    "reached",
    "ready",
    "run",
    "trained",
    "try_metrics",
    "try_out",
]
