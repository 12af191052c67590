"""When what was fitted where: the units that a run handed out, on the lanes of its workers."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

import pandas as pd

from mosi_nb.results import Fit, Results, describe

TICK = 0.005
"""Seconds by which two units of one lane may overlap: clocks are read before and after the work."""

COLUMNS = ["lane", "worker", "model", "candidates", "params", "fold", "start", "end", "seconds", "failed"]


def timeline(results: Results) -> pd.DataFrame:
    """Return the units of work in the order in which they began.

    Parameters
    ----------
    results
        Of a run. Fits that it found in the history, and rows that were not fitted, have no unit.

    Returns
    -------
    DataFrame
        One row a unit, which is one fit or several of a family on one fold: `lane` (the worker's short
        name; one that works on several units at a time has several lanes), `worker` (its address), `model`,
        `candidates` (how many), `params` (of the first), `fold`, `start` and `end` (seconds since the first
        unit began), `seconds` and `failed`.
    """
    timed = [fit for fit in results.fits if not fit.resumed and fit.ended > fit.started > 0]
    timed.sort(key=_unit)
    units = [list(fits) for _, fits in groupby(timed, key=_unit)]
    names = worker_names(fits[0].worker for fits in units)
    began = min((fits[0].started for fits in units), default=0.0)
    free: dict[str, list[float]] = {worker: [] for worker in names}
    records = []
    for fits in units:
        one = fits[0]
        lane = _lane(free[one.worker], one.started, max(fit.ended for fit in fits))
        name = names[one.worker] + (f" · {lane + 1}" if lane else "")
        start, end = one.started - began, max(fit.ended for fit in fits) - began
        failed = any(fit.predicted is None for fit in fits)
        described = one.model, len(fits), describe(one.params), str(one.fold)
        records.append((name, one.worker, *described, start, end, end - start, failed))
    return pd.DataFrame(records, columns=COLUMNS)


def utilisation(units: pd.DataFrame) -> float:
    """Return the share of the lanes' time, from the first beginning to the last end, in which they worked.

    Examples
    --------
    >>> utilisation(pd.DataFrame({"lane": ["a", "b"], "start": [0.0, 0.0], "end": [2.0, 1.0], "seconds": [2.0, 1.0]}))
    0.75
    """
    if units.empty:
        return float("nan")
    span = float(units["end"].max() - units["start"].min())
    return float(units["seconds"].sum() / (units["lane"].nunique() * span))


def worker_names(addresses: Iterable[str]) -> dict[str, str]:
    """Return short names of workers, with their machine where there are several.

    Examples
    --------
    >>> worker_names(["tcp://127.0.0.1:40001", "tcp://127.0.0.1:40002"]).values()
    dict_values(['worker 1', 'worker 2'])
    >>> worker_names(["tcp://10.0.0.5:40001", "tcp://10.0.0.6:40002", "tcp://10.0.0.6:40003"]).values()
    dict_values(['10.0.0.5 1', '10.0.0.6 1', '10.0.0.6 2'])
    """
    by_machine: dict[str, list[str]] = {}
    for address in sorted(set(addresses)):
        machine = address.partition("://")[2].rpartition(":")[0]
        by_machine.setdefault(machine, []).append(address)
    return {
        address: f"{machine if len(by_machine) > 1 else 'worker'} {number}"
        for machine, held in by_machine.items()
        for number, address in enumerate(held, start=1)
    }


def _unit(fit: Fit) -> tuple[float, str, str, int, int]:
    # a family begins once; what it found is sent off one after the other
    return fit.started, fit.worker, fit.model, fit.fold.repeat, fit.fold.number


def _lane(free: list[float], start: float, end: float) -> int:
    """Return the first lane of a worker that is free, and take it."""
    for lane, until in enumerate(free):
        if until <= start + TICK:
            free[lane] = end
            return lane
    free.append(end)
    return len(free) - 1


def most_time(units: pd.DataFrame, number: int) -> list[str]:
    """Return the models on which most time was spent, most first."""
    spent = units.groupby("model", sort=False)["seconds"].sum().sort_values(ascending=False, kind="stable")
    return [str(name) for name in spent.index[:number]]
