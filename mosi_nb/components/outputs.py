"""What the outputs of a network say on the sentiment scale: one is sentiment, several are classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, softmax

from mosi_nb.components.tasks import CLASSES, class_of
from mosi_nb.results import Vector

Activation: TypeAlias = Literal["none", "softmax", "sigmoid", "probability"]


@dataclass(frozen=True)
class Outputs:
    """How the outputs for a segment become its sentiment.

    Attributes
    ----------
    classes
        2, 3, 5 or 7; None where the one output is sentiment.
    centres
        Mean training sentiment of each class, in points; what a class that was never seen stands for.
    activation
        From outputs to probabilities: `probability` where they are some already, `none` for sentiment.
    """

    classes: int | None = None
    centres: tuple[float, ...] = ()
    activation: Activation = "none"

    @classmethod
    def of(cls, number: int, y: Vector, activation: Activation) -> Outputs:
        """Return what so many outputs say.

        Parameters
        ----------
        number
            Of outputs for a segment: 1 for sentiment, or one for each class. A single output that is, or
            becomes, a probability tells two classes apart.
        y
            Training sentiment, in points.
        activation
            As above.

        Raises
        ------
        ValueError
            If there is no task with so many outputs.
        """
        if number == 1 and activation == "none":
            return cls()
        classes = 2 if number == 1 else number
        if classes not in CLASSES or activation == "none":
            message = (
                f"it has {number} outputs for a segment. One output is sentiment; "
                f"{', '.join(map(str, CLASSES[:-1]))} or {CLASSES[-1]} outputs are classes, with a loss of classes."
            )
            raise ValueError(message)
        found = positions(y, classes)
        nominal = [-1.0, 1.0] if classes == CLASSES[0] else [float(c - classes // 2) for c in range(classes)]
        centres = [float(np.mean(y[found == c])) if np.any(found == c) else nominal[c] for c in range(classes)]
        return cls(classes, tuple(centres), activation)

    def sentiment(self, outputs: NDArray[Any]) -> Vector:
        """Return sentiment in points, shape (n_segments,), for outputs of shape (n_segments, n) or (n_segments,)."""
        values = np.asarray(outputs, dtype=np.float64).reshape(len(outputs), -1)
        if self.classes is None:
            return values[:, 0]
        if self.activation == "softmax":
            values = softmax(values, axis=1)
        elif self.activation == "sigmoid":
            values = expit(values)
        if values.shape[1] == 1:
            values = np.hstack([1 - values, values])
        expected: Vector = values @ np.asarray(self.centres)
        return expected


def positions(y: Vector, classes: int) -> NDArray[np.int_]:
    """Return the class of each sentiment, counted from 0.

    Examples
    --------
    >>> positions(np.array([-3.0, 0.2, 3.0]), 7).tolist()
    [0, 3, 6]
    """
    found = class_of(y, classes)
    return found if classes == CLASSES[0] else found + classes // 2
