"""Columns, matrices and sequences of any origin, made into the few kinds that a segment holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from mosi_nb.data.segments import Features, Modality, Sequences, Texts
from mosi_nb.data.steps import CUBE, Steps, StoredSteps, lazily
from mosi_nb.errors import DataError
from mosi_nb.results import Vector

BLANK = ("", "nan", "na", "n/a", "none", "null", "<na>")

FOLD_OF = {
    "train": "train", "training": "train",
    "valid": "valid", "validation": "valid", "val": "valid", "dev": "valid",
    "test": "test", "testing": "test",
    "": "", "none": "", "nan": "",
}  # fmt: skip

VECTOR, MATRIX = 1, 2


def numbers(values: object, source: str, column: str) -> Vector:
    """Return a column as numbers, blank cells as NaN.

    Parameters
    ----------
    values
        Numbers, or strings that hold numbers, shape (n,).
    source, column
        Where they come from, for the message.

    Raises
    ------
    DataError
        If a cell holds something else; the message names its row.

    Examples
    --------
    >>> numbers(["1.5", "", "-inf"], "a.csv", "audio_0").tolist()
    [1.5, nan, -inf]
    """
    array = np.asarray(values)
    if array.dtype.kind in "fiub":
        return np.asarray(array, dtype=np.float64)
    cells = ["" if v is None else str(v).strip() for v in array.tolist()]
    found = np.empty(len(cells))
    for row, cell in enumerate(cells):
        try:
            found[row] = np.nan if cell.lower() in BLANK else float(cell)
        except ValueError:
            where = f"{source}, row {row + 1}, column {column}"
            raise DataError.of(where, f"'{cell[:40]}' is not a number.") from None
    return found


def texts(values: object) -> Texts:
    """Return raw texts, shape (n,); what is missing becomes an empty text, never NaN.

    Examples
    --------
    >>> texts(["good", None, float("nan")]).tolist()
    ['good', '', '']
    """
    cells = np.asarray(values, dtype=object).tolist()
    found = np.empty(len(cells), dtype=object)
    found[:] = ["" if _is_missing(v) else v.decode() if isinstance(v, bytes) else str(v) for v in cells]
    return found


def as_modality(values: object, name: str, source: str, lengths: object = None) -> Modality:
    """Return what was given for a modality as raw texts, features or sequences.

    Parameters
    ----------
    values
        Strings (n,), numbers (n,) or (n, d), or sequences (n, t, d): an array, a `numpy.memmap` or an
        `h5py.Dataset`, which are not read as a whole, or `Sequences`.
    name, source
        The modality and where it comes from, for messages.
    lengths
        Steps of each segment, shape (n,), the first of which is step 0. Left out, they go from the
        first step that is not zero to the last one: those between are steps, whatever they hold.

    Raises
    ------
    DataError
        If it is none of these, or the lengths do not fit.

    Examples
    --------
    >>> as_modality([[[1.0], [2.0], [0.0]]], "audio", "data").lengths.tolist()
    [2]
    """
    if isinstance(values, Sequences):
        return values
    values = lazily(values)
    if isinstance(values, StoredSteps):
        return _sequences(values, name, source, lengths)
    array = _array(values, name, source)
    if array.dtype.kind in "OUST" and array.ndim == VECTOR:
        return texts(array)
    if array.dtype.kind not in "fiub" or array.ndim not in (VECTOR, MATRIX, CUBE):
        sentence = f"{name} has the shape {array.shape} and the type {array.dtype}."
        raise DataError.of(source, sentence, "Expected: strings (n,), numbers (n, d) or sequences (n, t, d).")
    floats = _floats(array)
    if array.ndim == CUBE:
        return _sequences(floats, name, source, lengths)
    return floats.reshape(len(floats), -1) if len(floats) else floats


def stacked(columns: Mapping[str, Any], names: Sequence[str], source: str) -> Features:
    """Return named columns of numbers side by side, shape (n, len(names))."""
    return np.column_stack([numbers(columns[name], source, name) for name in names])


def as_fold(values: object, source: str, name: str) -> NDArray[np.str_]:
    """Return train, valid or test for each segment, whatever the source calls them (dev, val, ...).

    Raises
    ------
    DataError
        If a cell holds another word.

    Examples
    --------
    >>> as_fold(["train", "dev", "TEST"], "a.csv", "mode").tolist()
    ['train', 'valid', 'test']
    """
    cells = [str(v).strip().lower() for v in texts(values).tolist()]
    unknown = [cell for cell in cells if cell not in FOLD_OF]
    if unknown:
        sentence = f"the fold column '{name}' holds '{unknown[0]}'."
        raise DataError.of(source, sentence, "Known: train, valid (or val, dev), test, or nothing.")
    return np.array([FOLD_OF[cell] for cell in cells], dtype="<U5")


def rounded(sentiment: Vector) -> Vector:
    """Return sentiment as the raters gave it.

    Files keep it as text or in single precision, where 2.4 is 2.4000000954; six decimals make
    the two equal, and so the fingerprints of the same labels from two formats.
    """
    with np.errstate(over="ignore"):  # a number so far off any scale is refused by its own check
        return np.asarray(sentiment, dtype=np.float64).round(6)


def _array(values: object, name: str, source: str) -> NDArray[Any]:
    try:
        array = np.asarray(values)
    except ValueError:
        sentence = f"{name}: rows differ in length."
        raise DataError.of(source, sentence, "Pad sequences to one length, (n, t, d), and say lengths=.") from None
    if array.ndim == 0:
        raise DataError.of(source, f"{name}: one value was given, not one for each segment: {values!r}.")
    return array


def _floats(array: NDArray[Any]) -> Features:
    # Single precision stays as it is: feature files are mostly float32, and twice the size is no gain.
    keep = array.dtype.kind == "f" and array.dtype.itemsize in (4, 8)
    wanted = array.dtype.newbyteorder("=") if keep else np.dtype(np.float64)
    return cast("Features", array.astype(wanted, copy=False))


def _sequences(values: NDArray[np.floating] | StoredSteps, name: str, source: str, lengths: object) -> Sequences:
    n, steps, _ = values.shape
    if lengths is None:
        return _trimmed(Sequences(values, np.full(n, steps)))
    given = np.asarray(lengths).reshape(-1)
    if len(given) != n or given.dtype.kind not in "iu" or ((given < 0) | (given > steps)).any():
        sentence = f"the lengths of {name} do not fit: expected {n} whole numbers from 0 to {steps}."
        raise DataError.of(source, sentence)
    return Sequences(values, given.astype(np.intp))


def _trimmed(whole: Sequences) -> Sequences:
    """Leave out the steps in front of the first and behind the last one that is not zero."""
    spans = np.zeros((len(whole), 2), dtype=np.intp)
    for rows, block in whole.blocks():
        spans[rows] = [_span(steps) for steps in block]
    starts = spans[:, 0] if spans[:, 0].any() else None
    return Sequences(whole.values, spans[:, 1], starts)


def _span(steps: Steps) -> tuple[int, int]:
    """Return the first step that is not zero, and how many there are to the last one."""
    if len(steps) and steps[0].any() and steps[-1].any():
        return 0, len(steps)
    used = np.flatnonzero(steps.any(axis=1))
    return (int(used[0]), int(used[-1] - used[0]) + 1) if len(used) else (0, 0)


def _is_missing(value: object) -> bool:
    # pandas' NA has no truth value and is told by its name, without importing pandas.
    return value is None or type(value).__name__ in ("NAType", "NaTType") or (isinstance(value, float) and isnan(value))
