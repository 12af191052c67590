"""How joblib hands fits to the cluster."""

from __future__ import annotations

from joblib._dask import DaskDistributedBackend


class Workers(DaskDistributedBackend):
    """joblib's dask backend, also where there is one worker only.

    joblib carries out what has one job in the calling process: a run with `jobs = 1`, or in the
    moment when a worker has died, would leave the cluster.
    """

    def effective_n_jobs(self, n_jobs: int) -> int:
        """Return the number of workers, or 2."""
        return max(int(super().effective_n_jobs(n_jobs)), 2)
