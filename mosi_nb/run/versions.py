"""Versions here, on the scheduler and on the workers, and what their differences break."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from mosi_nb.errors import ClusterError
from mosi_nb.run.there import ask, installed

if TYPE_CHECKING:
    from distributed import Client

# How many numbers of a version must be the same, and why; 0: it must be there, a difference warns.
#
# python: classes of a notebook travel as bytecode, which changes with each minor version.
# scikit-learn: an estimator's attributes are read by another version's methods; scikit-learn itself
#   promises nothing across versions. The last number is for repairs.
# numpy: arrays pickled by 2 name modules (numpy._core) that 1 does not have.
# pandas: mosi_nb reads segments with it. scipy, joblib, threadpoolctl: scikit-learn and fits need them.
RULES = {
    "python": 2,
    "scikit-learn": 2,
    "numpy": 1,
    "scipy": 0,
    "pandas": 0,
    "joblib": 0,
    "threadpoolctl": 0,
    "dask": 0,
    "distributed": 0,
    "cloudpickle": 0,
}
PACKAGES = tuple(RULES)[1:]


@dataclass(frozen=True)
class Versions:
    """Versions of what a fit needs, in each process that takes part.

    Attributes
    ----------
    here, scheduler
        Version by package; empty where it is missing. The scheduler may refuse to tell: then nothing.
    workers
        The same, for each worker by its address.

    Examples
    --------
    >>> here = {"python": "3.11.7", "scikit-learn": "1.6.1"}
    >>> versions = Versions(here, here, {"tcp://a:1": here | {"scikit-learn": "1.5.2"}})
    >>> versions.frame()["verdict"].to_dict()
    {'python': 'same', 'scikit-learn': 'breaks: 1.5.2 on the worker'}
    >>> versions.verdict
    'refused'
    """

    here: Mapping[str, str]
    scheduler: Mapping[str, str]
    workers: Mapping[str, Mapping[str, str]]

    @cached_property
    def refused(self) -> list[str]:
        """What breaks, as sentences."""
        return [sentence for package in self.here for sentence in [self._sentence(package, breaks=True)] if sentence]

    @cached_property
    def warnings(self) -> list[str]:
        """What may give other numbers, as sentences."""
        return [sentence for package in self.here for sentence in [self._sentence(package, breaks=False)] if sentence]

    @property
    def verdict(self) -> str:
        """`refused`, `differ` or `same`."""
        return "refused" if self.refused else "differ" if self.warnings else "same"

    def frame(self) -> pd.DataFrame:
        """Return one row a package: the version here, on the scheduler, on the workers, and a verdict."""
        rows = {
            package: (here, self._told(self.scheduler, package), self._on_workers(package), self._judged(package))
            for package, here in self.here.items()
        }
        columns = ["here", "scheduler", "workers", "verdict"]
        return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("package")

    def check(self) -> None:
        """Refuse a cluster whose versions break a run.

        Raises
        ------
        ClusterError
            With the table.
        """
        if self.refused:
            advice = "Install the versions of this environment there, or start the notebook in theirs."
            raise ClusterError("\n".join([*self.refused, "", self.frame().to_string(), "", advice]))

    def _others(self, package: str, *, breaks: bool) -> tuple[str, list[str]]:
        """Return the scheduler's version and those of workers, where they break or merely differ."""

        def odd(there: str) -> bool:
            return there != self.here[package] and _breaks(package, self.here[package], there) == breaks

        told = self._told(self.scheduler, package)
        scheduler = told if self.scheduler and odd(self.scheduler.get(package, "")) else ""
        return scheduler, [found.get(package, "") for found in self.workers.values() if odd(found.get(package, ""))]

    def _sentence(self, package: str, *, breaks: bool) -> str:
        where = self._where(package, breaks=breaks)
        if not where:
            return ""
        why = "Results may differ in the last digits."
        if breaks:
            why = "A fit needs it there." if "missing" in where else f"{_needed(package)} must be the same."
        return f"{package} is {self.here[package]} here, {where}. {why}"

    def _where(self, package: str, *, breaks: bool) -> str:
        scheduler, workers = self._others(package, breaks=breaks)
        parts = [f"{scheduler} on the scheduler"] if scheduler else []
        for told, number in sorted(Counter(found or "missing" for found in workers).items()):
            total = len(self.workers)
            on = "the worker" if total == 1 else "all workers" if number == total else f"{number} of {total} workers"
            parts.append(f"{told} on {on}")
        return ", ".join(parts)

    def _judged(self, package: str) -> str:
        for breaks, word in ((True, "breaks"), (False, "differs")):
            if where := self._where(package, breaks=breaks):
                return f"{word}: {where}"
        return "same"

    def _on_workers(self, package: str) -> str:
        return ", ".join(sorted({self._told(found, package) for found in self.workers.values()}))

    @staticmethod
    def _told(found: Mapping[str, str], package: str) -> str:
        return (found.get(package) or "missing") if found else "unknown"


def versions(client: Client) -> Versions:
    """Ask the scheduler and each worker for their versions.

    Parameters
    ----------
    client
        The cluster. Neither its scheduler nor its workers need mosi_nb to answer.
    """
    there = ask(client, installed, PACKAGES, scheduler=True)
    scheduler = there.pop("scheduler", {})
    return Versions(installed(PACKAGES), scheduler, there)


def _breaks(package: str, here: str, there: str) -> bool:
    same = RULES.get(package, 0)
    return not there or here.split(".")[:same] != there.split(".")[:same]


def _needed(package: str) -> str:
    return {1: "The first number", 2: "The first two numbers"}[RULES[package]]
