"""What the rules of machine learning are judged by: plain values, filled in by `model/judged.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from mosi_nb.compare.evidence import Evidence
from mosi_nb.data.checks import Finding

Made: TypeAlias = Literal["trained", "combined", "loaded", "fitted elsewhere", "predictions"]


@dataclass(frozen=True)
class ModelFacts:
    """What is known of one row of the leaderboard.

    Attributes
    ----------
    made
        Trained here, computed from other rows, read from a file, or brought.
    linear
        Whether it is a linear model of its features: coefficients explain it.
    heuristic
        Whether it is a rule that somebody wrote, such as a list of words.
    members, weights
        Of a row that is computed from others; weights are NaN where it has none.
    """

    made: Made = "trained"
    linear: bool = False
    heuristic: bool = False
    members: tuple[str, ...] = ()
    weights: tuple[float, ...] = ()


@dataclass(frozen=True)
class ModalityFacts:
    """What is known of one modality.

    Attributes
    ----------
    raw
        Whether it is raw text.
    columns
        As in the data; 1 for raw text.
    incomplete
        Segments with NaN, infinite or no values.
    chain
        Its encoders as cell text.
    mixed
        Whether an encoder mixes columns, so that none has a name any more.
    """

    raw: bool
    columns: int
    incomplete: int
    chain: str
    mixed: bool = False


@dataclass(frozen=True)
class Facts:
    """What the rules are judged by.

    Attributes
    ----------
    evidence
        Fits and scores.
    findings
        The checks that were carried out, by code.
    models
        By name.
    modalities
        By name; empty where the data are not there.
    segments, usable, locked, videos
        Number of segments, of those that are trained on or held out, and of those that are locked;
        number of videos among the usable ones. 0 where the data are not there.
    metrics_written
        Whether somebody chose the metrics.
    own_metric
        Whether the first one is a function of the user's own.
    folds
        As cell text.
    kept
        Fits that the history holds; None where there is no history.
    tested
        Scores on the locked test, by model, of those that were asked for.
    untraced
        Models whose fits cannot be kept, with the reason.
    linear_asked
        Linear models, but no baselines, that were asked for, with all their fits or not.
    stopped
        Whether the run ended before its plan did.
    """

    evidence: Evidence
    findings: Mapping[str, Finding] = field(default_factory=dict)
    models: Mapping[str, ModelFacts] = field(default_factory=dict)
    modalities: Mapping[str, ModalityFacts] = field(default_factory=dict)
    segments: int = 0
    usable: int = 0
    locked: int = 0
    videos: int = 0
    metrics_written: bool = False
    own_metric: bool = False
    folds: str = ""
    kept: int | None = None
    tested: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    untraced: Mapping[str, str] = field(default_factory=dict)
    linear_asked: tuple[str, ...] = ()
    stopped: bool = False

    def report(self, code: str) -> str:
        """Return what a check found; empty if it passed, was silenced or could not be judged."""
        found = self.findings.get(code)
        return (found.report or "") if found else ""

    def unjudged(self, code: str) -> str:
        """Return why a check could not be judged; empty if it could."""
        found = self.findings.get(code)
        if found is None:
            return "the data are not there"
        return "it was silenced" if found.silenced else found.unjudged

    @property
    def loaded(self) -> bool:
        """Whether the experiment is what a file of one model tells of it."""
        return bool(self.of("loaded"))

    def of(self, made: Made) -> list[str]:
        """Return the names of the models that were made in a way."""
        return [name for name, one in self.models.items() if one.made == made]
