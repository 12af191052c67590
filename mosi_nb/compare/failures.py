"""What went wrong: failed fits and warnings, gathered by what they say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePath

import pandas as pd

from mosi_nb.results import Fit, Results, describe

COLUMNS = ["model", "kind", "fits", "of", "reason", "folds", "params", "frame"]
ALL_FAILED = "All {fits:,} fits failed: failures() has the reasons."
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?", re.IGNORECASE)
_FRAME = re.compile(r'File "(?P<file>[^"]*)", line (?P<line>\d+), in (?P<name>.*)')


@dataclass
class _Group:
    """Fits of one model that say the same."""

    reason: str
    frame: str
    fits: list[Fit] = field(default_factory=list)


def all_failed(results: Results) -> str:
    """Say that all fits failed; empty where one did not, or there is none."""
    fits = results.fits
    return "" if not fits or any(fit.predicted is not None for fit in fits) else ALL_FAILED.format(fits=len(fits))


def failures(results: Results) -> pd.DataFrame:
    """Return failed fits and warnings, those of a model that say the same as one row, failed ones first.

    Parameters
    ----------
    results
        Of a run, finished or not.

    Returns
    -------
    DataFrame
        Columns `model`, `kind` (`failed` or `warning`), `fits` (how many), `of` (fits of the model), `reason`
        (of the first one: numbers in it may differ in others), `folds` and `params` (of all of them), and
        `frame` (the outermost frame of the estimator's own code; empty for a warning).
    """
    groups: dict[tuple[str, str, str], _Group] = {}
    number: dict[str, int] = {}
    for fit in results.fits:
        number[fit.model] = number.get(fit.model, 0) + 1
        for kind, reason in _said(fit):
            key = (kind, fit.model, _NUMBER.sub("#", reason))
            frame = first_frame(fit.traceback) if kind == "failed" else ""
            groups.setdefault(key, _Group(reason, frame)).fits.append(fit)
    ordered = sorted(groups.items(), key=lambda item: item[0][0] != "failed")
    rows = [
        (model, kind, len(group.fits), number[model], group.reason, _folds(group), _params(group), group.frame)
        for (kind, model, _), group in ordered
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def first_frame(traceback: str) -> str:
    r"""Return the outermost frame of a traceback, on one line; nothing where there is none.

    Examples
    --------
    >>> first_frame('Traceback:\n  File "lib/nets.py", line 7, in fit\n    raise ValueError("no")\n')
    'nets.py, line 7, in fit: raise ValueError("no")'
    >>> first_frame('Traceback:\n  File "25523.py", line 8, in fit\nValueError: no\n')
    '25523.py, line 8, in fit'
    """
    lines = traceback.splitlines()
    for place, line in enumerate(lines):
        if found := _FRAME.search(line):
            below = lines[place + 1] if place + 1 < len(lines) else ""
            # a cell's source is not there on a worker: what follows at the margin is the error itself
            source = below.strip() if below.startswith(" ") else ""
            told = f"{PurePath(found['file']).name}, line {found['line']}, in {found['name']}"
            return f"{told}: {source}" if source and not _FRAME.search(source) else told
    return ""


def _said(fit: Fit) -> Iterator[tuple[str, str]]:
    if fit.predicted is None:
        yield "failed", fit.reason or "no reason was given"
    for warning in dict.fromkeys(fit.warnings):
        yield "warning", warning


def _folds(group: _Group) -> str:
    return ", ".join(dict.fromkeys(str(fit.fold) for fit in group.fits))


def _params(group: _Group) -> str:
    return "; ".join(dict.fromkeys(described for fit in group.fits if (described := describe(fit.params))))
