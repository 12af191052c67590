"""What came out, as frozen values: fits with their predictions, and what measures them.

An experiment's result is its out-of-fold predictions. Everything that is shown or compared is
computed from them, so nothing here holds a score.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mosi_nb.errors import MosiError

if TYPE_CHECKING:
    import pandas as pd

Vector: TypeAlias = NDArray[np.float64]

CODES = r"\x1b\[[0-9;]*m"  # text, and not compiled: a key of the history tells what it holds
"""By which a terminal changes how text looks."""


@dataclass(frozen=True)
class Metric:
    """A measure of predictions: one number from sentiment and predicted sentiment.

    Attributes
    ----------
    name
        As it stands in the leaderboard.
    function
        `f(sentiment, predicted) -> float`, both of shape (n_segments,), in points.
    larger_is_better
        Which way is better.
    definition
        One sentence that says exactly what is computed.
    statistics, from_sums
        For a metric that is a function of sums over segments: `statistics(sentiment, predicted)` of
        shape (n_segments, k), and `from_sums` that maps sums of shape (..., k) to values of shape
        (...). It makes resampling cheap; None for a metric that must be computed anew.
    assumed
        Whether nobody said which way is better.
    """

    name: str
    function: Callable[[Vector, Vector], float]
    larger_is_better: bool
    definition: str = ""
    statistics: Callable[[Vector, Vector], NDArray[np.float64]] | None = None
    from_sums: Callable[[NDArray[np.float64]], NDArray[np.float64]] | None = None
    assumed: bool = False

    def __call__(self, sentiment: Vector, predicted: Vector) -> float:
        """Return the metric of the predictions; NaN where it is not defined.

        A function that fails counts as not defined: it may be asked about a fold of one class, or
        of no non-zero label, and a run must not be lost for that. Before a run it is tried.
        """
        try:
            return float(self.function(sentiment, predicted))
        except MosiError:
            raise
        except Exception:  # noqa: BLE001 -- whatever a user's function raises
            return float("nan")


@dataclass(frozen=True)
class Fold:
    """Train rows and held-out rows.

    Attributes
    ----------
    repeat, number
        Counted from 1.
    train, held_out
        Row numbers in the data.
    """

    repeat: int
    number: int
    train: NDArray[np.intp]
    held_out: NDArray[np.intp]

    def __str__(self) -> str:
        """Name the fold as people do."""
        return f"fold {self.number}" if self.repeat == 1 else f"repeat {self.repeat}, fold {self.number}"


@dataclass(frozen=True)
class Fit:
    """What one fit (candidate x fold) left behind.

    Attributes
    ----------
    model
        The model's name in the leaderboard.
    candidate
        Number of the candidate in the plan.
    params
        The parameters that tell this candidate from the model's others.
    fold
        The rows it was trained on and judged on.
    predicted
        Predicted sentiment of the held-out rows, in points; None if the fit failed.
    fit_seconds, predict_seconds
        Time spent on the worker.
    warnings
        What the estimator warned of.
    reason, traceback
        Why it failed, and the estimator's own frames; empty if it did not.
    worker
        Address of the worker.
    started, ended
        When the worker began and ended, in seconds since the epoch; the same for all candidates of
        a family on a fold.
    resumed
        Whether it was found in the history, where an earlier run had left it.
    """

    model: str
    candidate: int
    params: Mapping[str, Any]
    fold: Fold
    predicted: Vector | None
    fit_seconds: float = 0.0
    predict_seconds: float = 0.0
    warnings: tuple[str, ...] = ()
    reason: str = ""
    traceback: str = field(default="", repr=False)
    worker: str = ""
    started: float = 0.0
    ended: float = 0.0
    resumed: bool = False

    @property
    def status(self) -> str:
        """`done` or `failed`."""
        return "failed" if self.predicted is None else "done"


@dataclass(frozen=True)
class Dropped:
    """A candidate that a search gave up, since another was better on the same held-out videos.

    Attributes
    ----------
    model, candidate, params
        Which.
    folds
        After how many folds.
    against, against_model, against_params
        The candidate that was most clearly better.
    difference
        How much worse it was than that one in the first metric, on the folds that both had; > 0
        whichever way is better.
    p
        Of a difference like this, or a larger one, if it were as good as all others.
    """

    model: str
    candidate: int
    params: Mapping[str, Any]
    folds: int
    against: int
    against_model: str
    against_params: Mapping[str, Any]
    difference: float
    p: float


@dataclass(frozen=True)
class Results:
    """All fits of a run and the rows that they speak of.

    Attributes
    ----------
    fits
        In the order of candidates, repeats and folds, whatever the order in which they ended.
    segment_ids, video_ids, sentiment
        Of all rows of the data, each of shape (n_segments,).
    metrics
        By name; the first ranks.
    baselines
        Names of the models that are there to compare with.
    expected
        Number of fits in the plan; more than there are if the run was stopped. Fits that a search
        saved by dropping candidates do not count.
    fingerprint
        Of the data, folds and target: two results with the same one can be compared.
    dropped
        Candidates that the search gave up before they had all their fits, in that order.
    known
        Scores that were computed already; results of one run share them as it goes on.
    fixed
        What was written for models of one component that stand there more than once, by name: it tells them apart.
    """

    fits: tuple[Fit, ...]
    segment_ids: NDArray[np.str_]
    video_ids: NDArray[np.str_]
    sentiment: Vector
    metrics: Mapping[str, Metric]
    baselines: tuple[str, ...] = ()
    expected: int = 0
    fingerprint: str = ""
    dropped: tuple[Dropped, ...] = ()
    known: dict[tuple[int, int, int, str], tuple[Metric, float]] = field(
        default_factory=dict, repr=False, compare=False
    )
    fixed: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False, compare=False)

    def score_of(self, fit: Fit, metric: Metric) -> float:
        """Return a metric of one finished fit; computed once."""
        key = (fit.candidate, fit.fold.repeat, fit.fold.number, metric.name)
        of, value = self.known.get(key, (None, float("nan")))
        if of is not metric and fit.predicted is not None:  # two metrics may have one name
            value = metric(self.sentiment[fit.fold.held_out], fit.predicted)
            self.known[key] = metric, value
        return value

    @property
    def models(self) -> tuple[str, ...]:
        """Names of the models that have fits, in their order."""
        return tuple(dict.fromkeys(fit.model for fit in self.fits))

    def frame(self) -> pd.DataFrame:
        """Return one row a fit.

        Returns
        -------
        DataFrame
            Columns `model, params, repeat, fold, status, fit_seconds, predict_seconds, reason,
            warnings`, and one for each metric (NaN for a failed fit).
        """
        import pandas as pd  # noqa: PLC0415 -- a worker reads this module and needs no pandas

        described = ["model", "params", "repeat", "fold", "status", "fit_seconds", "predict_seconds"]
        columns = [*described, "reason", "warnings", *self.metrics]
        rows = [self._described(fit) | self._scores(fit) for fit in self.fits]
        return pd.DataFrame(rows, columns=columns)

    def predictions(self) -> pd.DataFrame:
        """Return one row a prediction.

        Returns
        -------
        DataFrame
            Columns `segment_id, model, params, repeat, fold, sentiment, predicted`, sentiment in
            points. Failed fits have no rows.
        """
        import pandas as pd  # noqa: PLC0415 -- as above

        columns = ["segment_id", "model", "params", "repeat", "fold", "sentiment", "predicted"]
        frames = [
            pd.DataFrame(
                {
                    "segment_id": self.segment_ids[fit.fold.held_out],
                    "model": fit.model,
                    "params": describe(fit.params),
                    "repeat": fit.fold.repeat,
                    "fold": fit.fold.number,
                    "sentiment": self.sentiment[fit.fold.held_out],
                    "predicted": fit.predicted,
                }
            )
            for fit in self.fits
            if fit.predicted is not None
        ]
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)

    def _described(self, fit: Fit) -> dict[str, Any]:
        return {
            "model": fit.model,
            "params": describe(fit.params),
            "repeat": fit.fold.repeat,
            "fold": fit.fold.number,
            "status": fit.status,
            "fit_seconds": fit.fit_seconds,
            "predict_seconds": fit.predict_seconds,
            "reason": fit.reason,
            "warnings": "; ".join(fit.warnings),
        }

    def _scores(self, fit: Fit) -> dict[str, float]:
        if fit.predicted is None:
            return dict.fromkeys(self.metrics, float("nan"))
        return {name: self.score_of(fit, metric) for name, metric in self.metrics.items()}


def reason_of(error: BaseException) -> str:
    r"""Return class and message of an exception, on one line.

    Examples
    --------
    >>> reason_of(ValueError("no  such\nthing"))
    'ValueError: no such thing'
    """
    return " ".join(without_codes(f"{type(error).__name__}: {error}").split())


def without_codes(text: str) -> str:
    r"""Return text without the codes by which a terminal shows some of it bold or in colour.

    Examples
    --------
    >>> without_codes("\x1b[1mbold\x1b[0m and plain")
    'bold and plain'
    """
    return re.sub(CODES, "", text)


def counted(number: int, what: str) -> str:
    """Write a number with what it counts, in the singular where it is one.

    Examples
    --------
    >>> counted(1, "video"), counted(2199, "segment")
    ('1 video', '2,199 segments')
    """
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def describe(params: Mapping[str, Any]) -> str:
    """Write parameters as they are shown in tables.

    Examples
    --------
    >>> describe({"C": 10, "gamma": "scale"})
    'C=10, gamma=scale'
    >>> describe({"alpha": 0.01})
    'alpha=0.01'
    """
    return ", ".join(f"{name}={_short(value)}" for name, value in params.items())


def _short(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
