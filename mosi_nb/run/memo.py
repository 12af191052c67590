"""Feature blocks on a worker: each is fitted once per fold, and kept as long as there is room."""

from __future__ import annotations

import threading
import time
import warnings
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import scipy.sparse
from cloudpickle import loads
from sklearn.base import clone

from mosi_nb.components.nested import Nested
from mosi_nb.plan import Plan
from mosi_nb.plan.blocks import Block
from mosi_nb.results import Fold, Vector, reason_of
from mosi_nb.run.work import Estimators, Work, estimators_of

BOUND = 256 * 2**20
"""Bytes of features that a worker keeps."""


@dataclass(frozen=True)
class Encoded:
    """A block of one fold.

    Attributes
    ----------
    train, held_out
        Features of the rows, shape (n_rows, n_columns).
    seconds
        What it took, the blocks before it included.
    """

    train: Any
    held_out: Any
    seconds: float

    @property
    def bytes(self) -> int:
        """Memory that it takes."""
        return _bytes(self.train) + _bytes(self.held_out)


@dataclass
class Memo:
    """What a worker keeps for the fits of one run.

    Attributes
    ----------
    work
        Of the run.
    bound
        Most bytes of features to keep; what was used longest ago goes first.
    kept
        Blocks by fold and number, what was used last at the end.
    bytes
        Of what is kept.
    """

    work: Work
    bound: int = BOUND
    kept: OrderedDict[tuple[int, int], Encoded] = field(default_factory=OrderedDict)
    bytes: int = 0
    # Two fits of one worker would otherwise make the same block at the same time.
    lock: threading.RLock = field(default_factory=threading.RLock)
    _blocks: tuple[Block, ...] | None = None
    _models: dict[str, Estimators] = field(default_factory=dict)

    def take_from(self, plan: Plan) -> None:
        """Take estimators as the plan holds them, where it was made in this process.

        Reading back what was pickled of a class in a notebook would change that class: its methods
        would no longer see the notebook's variables.
        """
        self._blocks = plan.blocks
        self._models = estimators_of(plan)

    def model(self, name: str) -> Estimators:
        """Return the unfitted estimators of a model by candidate, and how they are evaluated together."""
        if name not in self._models:
            self._models[name] = loads(self.work.estimators[name])
        return self._models[name]

    def features(self, fold: int, blocks: Sequence[tuple[int, float]]) -> Encoded:
        """Return what a model sees in a fold: arrays of its own, which it may change.

        Parameters
        ----------
        fold
            Position in the work's folds.
        blocks
            Numbers and weights, in the order of the columns.
        """
        rows = self.work.folds[fold]
        with self.lock:
            encoded = [(self.block(fold, number), weight) for number, weight in blocks]
        for (one, _), (number, _) in zip(encoded, blocks, strict=True):
            _refuse_no_features(one.train, len(rows.train), self.blocks[number])
            _refuse_no_features(one.held_out, len(rows.held_out), self.blocks[number])
        return Encoded(
            beside([weighted(one.train, weight) for one, weight in encoded]),
            beside([weighted(one.held_out, weight) for one, weight in encoded]),
            sum(one.seconds for one, _ in encoded),
        )

    def block(self, fold: int, number: int) -> Encoded:
        """Return a block of a fold, fitted if it is not kept."""
        key = (fold, number)
        if key in self.kept:
            self.kept.move_to_end(key)
            return self.kept[key]
        made = self._fitted(self.work.folds[fold], fold, self.blocks[number])
        for sibling, encoded in made.items():
            self._keep((fold, sibling), encoded)
        return made[number]

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks of the plan, unfitted."""
        if self._blocks is None:
            self._blocks = loads(self.work.blocks)
        return self._blocks

    def _fitted(self, rows: Fold, fold: int, block: Block) -> dict[int, Encoded]:
        """Fit a block, together with its siblings where one fit holds them all."""
        before = self._raw(rows, block.modality) if block.parent is None else self.block(fold, block.parent)
        sentiment = self.work.segments.sentiment[rows.train]
        began = time.perf_counter()
        siblings = [one for one in self.blocks if one.group == block.group]
        if block.nested and len(siblings) > 1:
            together = _together(block.nested, siblings, before, sentiment)
            seconds = before.seconds + (time.perf_counter() - began) / len(siblings)
            if together:
                return {number: Encoded(train, held_out, seconds) for number, (train, held_out) in together.items()}
        transformer = clone(block.transformer)
        train = _fit_transform(transformer, before.train, sentiment)
        held_out = transformer.transform(before.held_out)
        return {block.number: Encoded(train, held_out, before.seconds + time.perf_counter() - began)}

    def _raw(self, rows: Fold, modality: str) -> Encoded:
        """Return a modality as the data hold it; the whole segments where a transformer wants these."""
        take = partial(self.work.segments.rows_of, modality) if modality else self.work.segments.take
        return Encoded(take(rows.train), take(rows.held_out), 0.0)

    def _keep(self, key: tuple[int, int], encoded: Encoded) -> None:
        if encoded.bytes > self.bound:
            return
        if key in self.kept:
            self.bytes -= self.kept.pop(key).bytes
        self.kept[key] = encoded
        self.bytes += encoded.bytes
        while self.bytes > self.bound:
            _, oldest = self.kept.popitem(last=False)
            self.bytes -= oldest.bytes


_lock = threading.Lock()


def memo_of(work: Work) -> Memo:
    """Return what this process keeps for a run; it goes when the run's work does."""
    with _lock:
        if work.memo is None:
            work.memo = Memo(work)
        return work.memo


def _together(
    nested: Nested, siblings: Sequence[Block], before: Encoded, sentiment: Vector
) -> dict[int, tuple[Any, Any]]:
    """Return the features of blocks that one fit holds, by number; none if it cannot."""
    transformers = [clone(one.transformer) for one in siblings]
    try:
        pairs = nested.together(transformers, before.train, sentiment, before.held_out)
    except Exception as error:  # noqa: BLE001 -- separate fits will show whether the data are to blame
        warnings.warn(f"encoders fitted one by one, since {reason_of(error)}", stacklevel=2)
        return {}
    return dict(zip((one.number for one in siblings), pairs, strict=True)) if pairs is not None else {}


def _fit_transform(transformer: Any, train: Any, sentiment: Vector) -> Any:
    if hasattr(transformer, "fit_transform"):
        return transformer.fit_transform(train, sentiment)
    return transformer.fit(train, sentiment).transform(train)


def _refuse_no_features(found: Any, rows: int, block: Block) -> None:
    """Raise for what cannot stand beside other features; numpy and scipy would drop it, or name nobody."""
    shape = getattr(found, "shape", None)
    if shape is not None and len(shape) == 2 and shape[0] == rows and shape[1] > 0:  # noqa: PLR2004 -- rows, columns
        return
    told = f"an array of shape {shape}" if shape is not None else f"a {type(found).__name__}"
    name, of = type(block.transformer).__name__, f" of {block.modality}" if block.modality else ""
    message = (
        f"the encoder {name}{of} returned {told} for {rows} segments; it is to return one row of numbers for each."
    )
    raise ValueError(message)


def weighted(features: Any, weight: float) -> Any:
    """Return features multiplied by the weight of their block."""
    return features if weight == 1.0 else features * weight


def beside(features: Sequence[Any]) -> Any:
    """Put features side by side in a new array, as scikit-learn's FeatureUnion does."""
    if any(scipy.sparse.issparse(one) for one in features):
        return scipy.sparse.hstack(features).tocsr(copy=len(features) == 1)
    return np.hstack(features)


def _bytes(features: Any) -> int:
    if scipy.sparse.issparse(features):
        parts = [getattr(features, name, None) for name in ("data", "indices", "indptr")]
        return sum(part.nbytes for part in parts if part is not None)
    return int(getattr(features, "nbytes", 0))
