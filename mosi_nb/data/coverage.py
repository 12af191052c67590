"""Whether predictions that were made elsewhere are of the segments that a model is judged on, and in points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mosi_nb.data.ids import canonical
from mosi_nb.data.predictions import Predictions, listed
from mosi_nb.data.segments import Rows
from mosi_nb.errors import DataError, nearest
from mosi_nb.results import Fold, Vector

SCALES = ((0, 1), (-1, 1), (0, 4), (1, 5), (0, 5), (0, 6), (1, 7), (0, 10), (1, 10), (0, 100), (-100, 100))
"""Scales that are in use, the narrowest first."""
FEW = 0.1
"""Part of predictions that may lie beyond the scale that they are said to be on."""
WIDE = 4
"""Points of a scale beside which 0 ... 1 is another one."""


@dataclass(frozen=True, eq=False)
class Coverage:
    """What predictions can be judged on.

    Attributes
    ----------
    held_out
        Predictions of the held-out rows of each fold; None where only the locked test is there.
    test
        Whether every locked row is there.
    notes
        What was passed over.
    """

    held_out: tuple[Vector, ...] | None
    test: bool
    notes: tuple[str, ...] = ()


def covered(predictions: Predictions, segment_ids: NDArray[np.str_], folds: Sequence[Fold], test: Rows) -> Coverage:
    """Lay predictions beside the folds, and refuse those that are of other segments, or of too few.

    Parameters
    ----------
    predictions
        As they were read.
    segment_ids
        Of all rows of the data, shape (n_segments,).
    folds
        Which rows are held out.
    test
        The locked rows; they alone will do.

    Raises
    ------
    DataError
        If an id is unknown, or segments lack a prediction; the message names them.

    Examples
    --------
    >>> from mosi_nb.data.predictions import read_predictions
    >>> ids = np.array(["a_1", "b_1", "c_1"])
    >>> folds = [Fold(1, 1, np.array([1]), np.array([0])), Fold(1, 2, np.array([0]), np.array([1]))]
    >>> covered(read_predictions({"a_1": 0.5, "b_1": 1.0}), ids, folds, np.array([2])).held_out
    (array([0.5]), array([1.]))
    """
    _refuse_unknown(predictions, segment_ids)
    found = [predictions.of(segment_ids[fold.held_out], fold.repeat) for fold in folds]
    rows = np.unique(np.concatenate([fold.held_out for fold in folds]))
    gaps = [fold.held_out[np.isnan(one)] for fold, one in zip(folds, found, strict=True)]
    missing = np.unique(np.concatenate(gaps))
    there = np.isfinite(predictions.of(segment_ids[test]))
    whole_test = bool(len(test)) and bool(there.all())
    if len(missing) and not whole_test:
        raise _too_few(predictions, segment_ids, (rows, missing), (test, there))
    asked = {canonical(one) for one in segment_ids[[*([] if len(missing) else rows), *test[there]]].tolist()}
    others = [one for one in predictions.ids if one not in asked]
    notes = [f"predictions of {len(others):,} other segments were passed over: {listed(others)}"] if others else []
    if there.any() and not whole_test:
        notes.append(f"only {there.sum():,} of {len(test):,} locked segments are there, so the test cannot judge it")
    return Coverage(None if len(missing) else tuple(found), whole_test, tuple(notes))


def refuse_other_scale(predictions: Predictions, scale: tuple[float, float], sentiment: Vector) -> None:
    """Refuse predictions that are not in points.

    Parameters
    ----------
    predictions
        As they were read.
    scale
        Lowest and highest sentiment.
    sentiment
        Of the segments that may be trained on, in points.

    Raises
    ------
    DataError
        With the scale that they seem to be on.

    Examples
    --------
    >>> from mosi_nb.data.predictions import read_predictions
    >>> refuse_other_scale(read_predictions({"a": 4.5, "b": 2.0, "c": 3.1}), (-3, 3), np.array([-1.0, 1.0]))
    Traceback (most recent call last):
    ...
    mosi_nb.errors.DataError: the mapping: the predictions go from 2 to 4.5, most of them off the scale: ...
    """
    values = predictions.values
    found = other_scale(values, scale, sentiment)
    if not found:
        return
    raise DataError.of(predictions.source, f"the predictions {found}", _say_which(values, scale))


def refuse_off_scale(predictions: Predictions, told: tuple[float, float], scale: tuple[float, float]) -> None:
    """Refuse predictions that are not on the scale that they are said to be on.

    A model that regresses goes beyond its scale now and then: a tenth of the predictions may, by up to half of it.

    Parameters
    ----------
    predictions
        As they were read.
    told
        Lowest and highest value of the scale that was given for them.
    scale
        Lowest and highest sentiment: who says that the predictions are on it means points, wherever they are.

    Raises
    ------
    DataError
        With the range that was found.

    Examples
    --------
    >>> from mosi_nb.data.predictions import read_predictions
    >>> refuse_off_scale(read_predictions({"a": -1.5, "b": 2.0, "c": 0.7}), (0, 1), (-3, 3))
    Traceback (most recent call last):
    ...
    mosi_nb.errors.DataError: the mapping: scale=(0, 1), but the predictions go from -1.5 to 2: 2 of 3 are off it.
    Say the lowest and highest value of their own scale; if they are points already, leave scale out.
    """
    values, (low, high) = predictions.values, told
    beyond = np.maximum(low - values, values - high)
    if told == scale or (np.mean(beyond > 0) <= FEW and beyond.max() <= (high - low) / 2):
        return
    sentence = (
        f"scale=({low:g}, {high:g}), but the predictions go from {values.min():.3g} to {values.max():.3g}: "
        f"{(beyond > 0).sum():,} of {len(values):,} are off it."
    )
    advice = "Say the lowest and highest value of their own scale; if they are points already, leave scale out."
    raise DataError.of(predictions.source, sentence, advice)


def other_scale(values: Vector, scale: tuple[float, float], sentiment: Vector) -> str:
    """Say why predictions seem to be on another scale than the sentiment; nothing if they do not.

    A model that regresses may go beyond the scale, or stay near its middle. It is another scale if most
    predictions lie outside, if their mean is a fifth of the scale away from that of the sentiment, if
    they fill 0 ... 1 on a scale that is wider by far, or if they are a few neighbouring whole numbers.

    Parameters
    ----------
    values
        Predictions, shape (n,).
    scale, sentiment
        As for `refuse_other_scale`.
    """
    low, high = scale
    width, span = high - low, float(np.ptp(values))
    ends = f"from {values.min():.3g} to {values.max():.3g}"
    points = f"sentiment goes from {low:+g} to {high:+g}"
    whole = np.unique(values)
    if span > 0 and (whole == np.round(whole)).all() and span <= width / 3:
        return (
            f"are only the whole numbers {', '.join(f'{one:g}' for one in whole)}: classes, and no points ({points})."
        )
    if np.mean((values < low) | (values > high)) > 1 / 2:
        return f"go {ends}, most of them off the scale: {points}."
    if span > 0 and abs(values.mean() - sentiment.mean()) > width / 5:
        means = f"with the mean {values.mean():.3g}, where that of the sentiment is {sentiment.mean():.3g}"
        return f"go {ends}, {means}: {points}."
    inside = np.mean((sentiment >= 0) & (sentiment <= 1))
    if width >= WIDE and values.min() >= 0 and values.max() <= 1 and span >= 1 / 2 and inside < 1 / 2:
        return f"go {ends}, all within 0 ... 1: {points}."
    return ""


def _say_which(values: Vector, scale: tuple[float, float]) -> str:
    """Name the scales that predictions may be on; of whole numbers, those at the ends may never occur."""
    points = f"If they are points all the same, say scale=({scale[0]:g}, {scale[1]:g})."
    low, high = float(values.min()), float(values.max())
    found = [(a, b) for a, b in SCALES if a <= low and high <= b]
    whole = bool((values == np.round(values)).all())
    if whole:
        found = [one for one in found if high - low >= (one[1] - one[0]) / 2]
        found += [(int(low), int(high))] if low < high and (low, high) not in found else []
    if whole and len(found) > 1:
        which = " or ".join(f"{a:g} ... {b:g}" for a, b in sorted(found))
        return (
            f"Which scale they are on cannot be told: as classes {which}, say. Say its lowest and highest class, "
            f"even if they never occur, as in scale=(lowest, highest), and they are brought onto "
            f"{scale[0]:g} ... {scale[1]:g}. {points}"
        )
    if not found:
        return f"Say the lowest and highest value of the scale that they are on: scale=(lowest, highest). {points}"
    a, b = found[0]
    brought = f"and they are brought onto {scale[0]:g} ... {scale[1]:g}"
    return f"If they are on the scale {a:g} ... {b:g}, say scale=({a:g}, {b:g}), {brought}. {points}"


def _refuse_unknown(predictions: Predictions, segment_ids: NDArray[np.str_]) -> None:
    known = {canonical(one): one for one in segment_ids.tolist()}
    unknown = [one for one in predictions.ids if one not in known]
    if unknown:
        counted = f"{len(unknown):,} of {len(predictions.ids):,} ids are no segments of the data: {listed(unknown)}."
        left = [one for one in known if one not in set(predictions.ids)] or list(known)
        advice = f"Leave rows of other data out; an id is written as in the data, such as {segment_ids[0]}."
        raise DataError.of(predictions.source, counted + nearest(unknown[0], left), advice)


def _too_few(
    predictions: Predictions,
    segment_ids: NDArray[np.str_],
    held_out: tuple[Rows, Rows],
    test: tuple[Rows, NDArray[np.bool_]],
) -> DataError:
    (rows, missing), (locked, there) = held_out, test
    names = listed(segment_ids[missing].tolist())
    sentence = f"{len(missing):,} of the {len(rows):,} segments that folds hold out have no prediction: {names}."
    advice = "Each needs one, from a model that was not trained on its video; export(folder) writes the folds down."
    if len(locked):
        advice += f" Or give those of the locked test alone: {there.sum():,} of its {len(locked):,} segments are there."
    return DataError.of(predictions.source, sentence, advice)
