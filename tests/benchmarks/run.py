"""Measure what a person waits for, three times each, and the engine against others; `make bench` runs this."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable

from tests.benchmarks import (
    ablation,
    completion,
    displays,
    form,
    fresh,
    leaderboard,
    many,
    progress,
    refused,
    search,
    shown,
)
from tests.benchmarks import statistics as simulation

TIMES = 3
LIMITS: tuple[tuple[str, Callable[[], float], float], ...] = (
    ("%load_ext mosi_nb, in a fresh process", fresh.extension, 1.5),
    ("a cell with a mistake in it is refused", refused.by_the_cell, 1.0),
    ("a model that fails is refused by the trial", refused.by_the_trial, 2.0),
    ("first row of a first cell, in a fresh process", fresh.first_row, 5.0),
    ("the example cell, in a fresh process", fresh.demo, 60.0),
)


def main() -> int:
    """Print a row for each measurement; return 1 if a median is beyond its limit."""
    refused.warm()
    print(f"{'seconds':47}{'median':>8}{'worst':>8}{'limit':>8}")
    beyond = 0
    for name, measure, limit in LIMITS:
        measured = [measure() for _ in range(TIMES)]
        median, worst = statistics.median(measured), max(measured)
        beyond += median > limit
        print(f"{name:47}{median:8.2f}{worst:8.2f}{limit:8.1f}{'   BEYOND' if median > limit else ''}", flush=True)
    print(flush=True)
    beyond += completion.report()
    print(flush=True)
    beyond += many.report()
    print(flush=True)
    beyond += leaderboard.report()
    print(flush=True)
    beyond += ablation.report()
    print(flush=True)
    beyond += search.report()
    print(flush=True)
    beyond += shown.report()
    print(flush=True)
    beyond += progress.report()
    print(flush=True)
    beyond += displays.report()
    print(flush=True)
    beyond += form.report()
    print(flush=True)
    beyond += simulation.report()
    return int(beyond > 0)


if __name__ == "__main__":
    sys.exit(main())
