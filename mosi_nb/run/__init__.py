"""A plan carried out: fits on workers, streaming back."""

from mosi_nb.run.alone import quiet
from mosi_nb.run.cluster import embedded
from mosi_nb.run.events import Event, Finished, Key, State, key_of
from mosi_nb.run.fit import trained
from mosi_nb.run.prepared import Prepared
from mosi_nb.run.ready import ready
from mosi_nb.run.run import run
from mosi_nb.run.trial import failure, try_out

__all__ = [
    "Event",
    "Finished",
    "Key",
    "Prepared",
    "State",
    "embedded",
    "failure",
    "key_of",
    "quiet",
    "ready",
    "run",
    "trained",
    "try_out",
]
