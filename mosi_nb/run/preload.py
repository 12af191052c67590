"""What a worker of the embedded cluster does before anything else."""

from __future__ import annotations

import signal

import mosi_nb.run.fit  # noqa: F401 -- the first fit then has nothing left to import


def dask_setup(worker: object) -> None:
    """Leave interrupts to the process that the user sits at.

    Jupyter and terminals send them to the whole group of processes; a worker that dies of one would
    have to be started again before the next run.
    """
    del worker
    signal.signal(signal.SIGINT, signal.SIG_IGN)
