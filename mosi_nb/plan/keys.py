"""Keys of fits: under them, predictions can be found again in another kernel.

A key holds all that decides what a fit predicts: the rows and their content, the pipeline with its
parameters, the code of whatever the user wrote, and the versions of the packages.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any, TypeAlias

from mosi_nb.data.content import fingerprints_of
from mosi_nb.data.segments import Segments, Sequences
from mosi_nb.plan.candidates import Candidate
from mosi_nb.plan.code import Code
from mosi_nb.plan.plan import Plan
from mosi_nb.plan.values import IndigestibleError, Walk, digest
from mosi_nb.results import Fold

FORMAT = 1
"""Raised when a fit is carried out differently: no older key is then found again."""

PACKAGES = ("mosi_nb", "numpy", "scipy", "scikit-learn")

Which: TypeAlias = tuple[int, int, int]


@dataclass(frozen=True)
class Keys:
    """Keys of a plan's fits.

    Attributes
    ----------
    by_fit
        By number of the candidate, repeat and number of the fold; in hexadecimal digits.
    without
        Why fits of a model have no key, by model.
    """

    by_fit: Mapping[Which, str]
    without: Mapping[str, str] = field(default_factory=dict)


def fit_keys(plan: Plan) -> Keys:
    r"""Return a key for each fit of a plan.

    Parameters
    ----------
    plan
        Of any number of candidates and folds.

    Returns
    -------
    Keys
        The same ones in every process for the same plan, each once. Candidates that are alike in all
        are numbered in their order.

    Examples
    --------
    >>> from mosi_nb import Model
    >>> plan = Model.from_cell("data = sample(videos=4)\nmodels = ridge\nfolds = by_video(2)", {}).plan
    >>> keys = fit_keys(plan)
    >>> len(keys.by_fit) == len(plan.fits), keys.by_fit == fit_keys(plan).by_fit
    (True, True)
    """
    pipelines = _Pipelines(plan)
    folds = [(fold.repeat, fold.number, _rows(plan.segments, fold)) for fold in plan.folds]
    by_fit: dict[Which, str] = {}
    without: dict[str, str] = {}
    met: dict[bytes, int] = {}
    for candidate in plan.candidates:
        try:
            one = pipelines.digest(candidate)
        except IndigestibleError as error:
            without.setdefault(candidate.model, str(error))
            continue
        except RecursionError:
            without.setdefault(candidate.model, "an object in it is nested too deeply")
            continue
        twin = met[one] = met.get(one, -1) + 1
        begun = hashlib.blake2b(one + b"%d" % twin, digest_size=32)
        for repeat, number, rows in folds:
            key = begun.copy()
            key.update(rows)
            by_fit[candidate.number, repeat, number] = key.hexdigest()
    return Keys(by_fit, without)


class _Pipelines:
    """Digests of candidates; what they share is looked at once."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._code = Code()
        self._steps: dict[int, bytes | IndigestibleError] = {}
        self._data = _modalities(plan)
        versions = [f"{name} {version(name)}" for name in PACKAGES]
        self._versions = "; ".join([f"format {FORMAT}", "python {}.{}".format(*sys.version_info), *versions])

    def digest(self, candidate: Candidate) -> bytes:
        parts = [self._versions.encode(), *(self._data[name] for name in candidate.modalities)]
        parts.append(self._step(type(candidate.pipeline)))
        for name, value in self._code.params_of(candidate.pipeline):
            parts.append(name.encode())
            if name != "steps":
                parts.append(self._step(value))
        for name, step in candidate.pipeline.steps:
            try:
                parts += [name.encode(), self._step(step)]
            except IndigestibleError as error:
                raise error.inside(name) from None
        parts += [self._step(nested) for nested in self._nested(candidate)]
        return digest(parts)

    def _step(self, step: Any) -> bytes:
        """Return the digest of a step; features are the same object for all models that see them."""
        known = self._steps.get(id(step))
        if known is None:
            walk = Walk(self._code)
            try:
                walk.value(step)
                known = digest([walk.written])
            except IndigestibleError as error:
                known = error
            self._steps[id(step)] = known
        if isinstance(known, IndigestibleError):
            raise known
        return known

    def _nested(self, candidate: Candidate) -> list[Any]:
        """Return what evaluates the candidate together with others: of the model, and of its encoders."""
        found: list[Any] = [candidate.nested]
        for last, _ in candidate.blocks:
            number: int | None = last
            while number is not None and number < len(self._plan.blocks):
                found.append(self._plan.blocks[number].nested)
                number = self._plan.blocks[number].parent
        return found


def _modalities(plan: Plan) -> dict[str, bytes]:
    """Return the content of each modality, and how its numbers are stored: some steps compute in it."""
    found = fingerprints_of(plan.segments)
    kinds = {name: _stored_as(held) for name, held in plan.segments.modalities.items()}
    return {name: f"{name} {kinds[name]} {fingerprint}".encode() for name, fingerprint in found.items()}


def _stored_as(held: Any) -> str:
    return str((held.values if isinstance(held, Sequences) else held).dtype)


def _rows(segments: Segments, fold: Fold) -> bytes:
    """Return a digest of a fold's rows in their order, with video and sentiment."""
    parts: list[bytes] = []
    for rows in (fold.train, fold.held_out):
        for ids in (segments.segment_ids[rows], segments.video_ids[rows]):
            texts = [str(text).encode("utf-8", errors="surrogatepass") for text in ids.tolist()]
            parts.append(digest(texts))
        parts.append((segments.sentiment[rows] + 0.0).astype("<f8").tobytes())
    return digest(parts)
