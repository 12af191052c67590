"""What a model predicts, checked: one finite number a segment."""

from __future__ import annotations

from typing import Any

import numpy as np

from mosi_nb.results import Vector

CLASSES = "A classifier says so: derive it from scikit-learn's ClassifierMixin, and it is put on the scale."


def checked_predictions(predicted: Any, rows: int) -> Vector:
    """Return predictions as numbers, one a row.

    Parameters
    ----------
    predicted
        What `predict` returned: shape (n_segments,) or (n_segments, 1).
    rows
        Number of segments that it was asked about.

    Raises
    ------
    ValueError
        If they are not numbers, not finite or not as many as the rows.

    Examples
    --------
    >>> checked_predictions([[1], [2]], 2)
    array([1., 2.])
    """
    values = _numbers(predicted)
    values = values.reshape(1) if values.ndim == 0 and rows == 1 else values
    if values.shape != (rows,):
        raise ValueError(_misshapen(predicted, rows))
    if wrong := int(np.sum(~np.isfinite(values))):
        sentence = f"predict returned {wrong} values that are NaN or infinite, of {rows}."
        message = f"{sentence} Has it diverged? Scale what it sees, or let it take smaller steps."
        raise ValueError(message)
    return values


def _numbers(predicted: Any) -> Vector:
    if predicted is None:
        raise ValueError("predict returned None. Does it end with a return?")
    try:
        if np.iscomplexobj(predicted):
            raise TypeError  # noqa: TRY301 -- numpy would drop the imaginary part
        return np.asarray(predicted, dtype=np.float64).squeeze()
    except (TypeError, ValueError):
        message = f"predict returned {_what(predicted)}; sentiment is a number in points. {CLASSES}"
        raise ValueError(message) from None


def _what(predicted: Any) -> str:
    try:
        found = np.asarray(predicted)
    except ValueError:
        return "lists of different lengths"
    if found.dtype.kind in "US" or all(isinstance(one, str) for one in found.flat):
        return f"text, such as {found.flat[0]!s:.20}" if found.size else "text"
    return f"{found.dtype} values"


def _misshapen(predicted: Any, rows: int) -> str:
    shape = np.shape(predicted)
    sentence = f"predict returned an array of shape {shape} for {rows} segments"
    if len(shape) == 2 and shape[0] == rows:  # noqa: PLR2004 -- a matrix
        return f"{sentence}: {shape[1]} numbers each, and one is wanted, its sentiment in points. {CLASSES}"
    return f"{sentence}. One number for each is wanted, in their order; it may leave none out."
