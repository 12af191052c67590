"""Grids that one fit evaluates as a whole: a forest of 200 trees contains the one of 50.

A component declares it with the tag `nested=Nested(params, together)`: beside it stands one small
function that gives, for estimators that differ in these parameters only, what separate fits would
give. Where it cannot, it returns None, and separate fits are made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

Together: TypeAlias = Callable[[Sequence[Any], Any, Any, Any], Sequence[Any] | None]


@dataclass(frozen=True)
class Nested:
    """How all values of some parameters are evaluated by one fit.

    Attributes
    ----------
    params
        Names of the component's parameters.
    together
        `together(estimators, X, y, held_out)`: from unfitted estimators, which differ in these
        parameters only and which it leaves as they are, training features of shape (n_train,
        n_columns), their sentiment, and held-out features. For a model it returns the predictions
        for the held-out rows, an array of shape (n_held_out,) for each estimator, in their order;
        for an encoder the pair of transformed training and held-out features for each. None where
        one fit cannot give what separate ones would.
    tolerance
        How far a prediction (or a feature) may be from that of a separate fit, in points.
    """

    params: tuple[str, ...]
    together: Together
    tolerance: float = 1e-8
