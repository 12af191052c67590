"""Predictions that were made elsewhere: read, and laid beside the segments that they are of."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mosi_nb.data.arrays import numbers
from mosi_nb.data.frame import ID_COLUMNS, ids_of
from mosi_nb.data.ids import canonical
from mosi_nb.data.readers.paths import existing_file, named, start_of
from mosi_nb.data.readers.table import load_frame
from mosi_nb.data.sources import is_frame
from mosi_nb.errors import DataError, SpecError
from mosi_nb.results import Vector

if TYPE_CHECKING:
    import pandas as pd

PREDICTED = ("prediction", "predicted", "predictions", "pred", "y_pred", "y_hat", "yhat")
NO_PREDICTIONS = {*ID_COLUMNS, "video_id", "clip_id", "segment", "repeat", "fold"}
"""Columns of numbers that are none."""
UNNAMED = "Unnamed: 0"
"""What pandas calls the first column of a table that it wrote with its index."""
ACCEPTED = "a path (.csv, .tsv, .json, .parquet), a DataFrame, or a mapping or Series from segment id to prediction"
ANY = 0
"""In place of a repeat: the prediction holds for each."""
SHOWN = 3


@dataclass(frozen=True, eq=False)
class Predictions:
    """Predicted sentiment by segment id.

    Attributes
    ----------
    by_repeat
        By repeat of the folds and by id as `canonical` writes it; repeat 0 holds for each of them.
    source
        Where they come from, for messages.
    """

    by_repeat: Mapping[int, Mapping[str, float]]
    source: str

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the segments that have a prediction, each once."""
        return tuple(dict.fromkeys(one for held in self.by_repeat.values() for one in held))

    @property
    def values(self) -> Vector:
        """All predictions."""
        return np.array([value for held in self.by_repeat.values() for value in held.values()])

    def of(self, segment_ids: NDArray[np.str_], repeat: int | None = None) -> Vector:
        """Return the predictions of segments, NaN where there is none.

        Parameters
        ----------
        segment_ids
            In any of the known forms, shape (n_segments,).
        repeat
            Which one is meant, counted from 1; None for the mean over all repeats.
        """
        wanted = [canonical(one) for one in segment_ids.tolist()]
        if repeat is None:
            held = [[h[one] for h in self.by_repeat.values() if one in h] for one in wanted]
            return np.array([np.mean(found) if found else np.nan for found in held])
        here, always = self.by_repeat.get(repeat, {}), self.by_repeat.get(ANY, {})
        return np.array([here.get(one, always.get(one, np.nan)) for one in wanted])

    def mapped(self, old: tuple[float, float], new: tuple[float, float]) -> Predictions:
        """Return the predictions with one scale brought onto another."""
        if old == new:
            return self
        step = (new[1] - new[0]) / (old[1] - old[0])
        moved = {
            repeat: {one: new[0] + (value - old[0]) * step for one, value in held.items()}
            for repeat, held in self.by_repeat.items()
        }
        return Predictions(moved, self.source)


def read_predictions(given: Any, column: str | None = None) -> Predictions:
    """Return the predictions of a file, a frame or a mapping.

    Parameters
    ----------
    given
        Path of a CSV, TSV, JSON or Parquet; a DataFrame; a mapping or Series from segment id to
        prediction. In a table, ids stand where `from_frame` finds them; a column `repeat` says which
        repeat of the folds a row is of, where a segment has a prediction for each.
    column
        Name of the column of predictions; left out, one called `prediction`, `predicted` or the like,
        or the only one that holds numbers.

    Raises
    ------
    DataError
        If it cannot be read, an id is there twice, or a prediction is no finite number.
    SpecError
        If there is no such column, or there are several and none was named.

    Examples
    --------
    >>> read_predictions({"a$_$1": 0.5, "a_2": -1.0}).ids
    ('a_1', 'a_2')
    """
    frame, source = _frame_of(given)
    if not len(frame):
        raise DataError.of(source, "there are no predictions.", "Expected: one row for each segment.")
    ids = [canonical(one) for one in ids_of(frame, source).tolist()]
    chosen = _column(frame, column, source)
    values = _values(frame[chosen].tolist(), ids, source, str(chosen))
    repeats = _repeats(frame, source)
    keys = list(zip(repeats, ids, strict=True))
    if len(set(keys)) < len(keys):
        raise _twice([one for (_, one), times in Counter(keys).items() if times > 1], source, repeats)
    by_repeat: dict[int, dict[str, float]] = {}
    for repeat, one, value in zip(repeats, ids, values.tolist(), strict=True):
        by_repeat.setdefault(repeat, {})[one] = value
    return Predictions(by_repeat, source)


def listed(ids: Iterable[str]) -> str:
    """Name a few ids, for a message.

    Examples
    --------
    >>> listed(["a_1", "a_2", "a_3", "a_4"])
    'a_1, a_2, a_3, ...'
    """
    unique = list(dict.fromkeys(ids))
    return ", ".join(unique[:SHOWN]) + (", ..." if len(unique) > SHOWN else "")


def _frame_of(given: Any) -> tuple[pd.DataFrame, str]:
    if isinstance(given, (str, Path)):
        path = existing_file(given)
        return _file(path), named(path)
    if is_frame(given):
        return given, "the DataFrame"
    pandas = sys.modules.get("pandas")  # without it there is no Series
    if pandas is not None and isinstance(given, pandas.Series):
        return given.rename("prediction").rename_axis(index="segment_id").to_frame(), "the Series"
    if isinstance(given, Mapping):
        return _of_mapping(given, "the mapping"), "the mapping"
    raise DataError.of(f"a {type(given).__name__}", "it cannot be read as predictions.", f"Accepted: {ACCEPTED}.")


def _file(path: Path) -> pd.DataFrame:
    if path.suffix.lower() in (".json", ".jsonl") or start_of(path, 64).lstrip()[:1] in (b"{", b"["):
        return _json(path)
    frame = load_frame(path)
    if UNNAMED in frame and not set(ID_COLUMNS) & set(frame) and not _are_numbers(frame[UNNAMED].tolist()):
        return frame.rename(columns={UNNAMED: "segment_id"})
    return frame


def _json(path: Path) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 -- workers import the data layer and read no predictions

    source = named(path)

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        held = dict(pairs)
        if len(held) < len(pairs):  # Python would keep the last one, in silence
            raise _twice([key for key, times in Counter(key for key, _ in pairs).items() if times > 1], source)
        return held

    try:
        text = path.read_text(encoding="utf-8-sig")
        try:
            content = json.loads(text, object_pairs_hook=once)
        except json.JSONDecodeError:  # one object a line?
            content = [json.loads(line, object_pairs_hook=once) for line in text.splitlines() if line.strip()]
    except DataError:
        raise
    except (OSError, ValueError, RecursionError, MemoryError) as error:
        raise DataError.of(source, f"this is no JSON ({str(error)[:200]}).", _EXPECTED) from None
    if isinstance(content, list) and all(isinstance(one, dict) for one in content):
        return pd.DataFrame(content)
    if not isinstance(content, dict):
        raise DataError.of(source, f"it holds a {type(content).__name__} of something else.", _EXPECTED)
    return _of_mapping(content, source)


_EXPECTED = 'Expected: {"a_1": 0.5, ...}, or [{"segment_id": "a_1", "prediction": 0.5}, ...].'


def _of_mapping(content: Mapping[Any, Any], source: str) -> pd.DataFrame:
    """Return a mapping from id to prediction, from id to a row, or from column to values as a table."""
    import pandas as pd  # noqa: PLC0415 -- as above

    values = list(content.values())
    nested = [isinstance(value, Mapping) for value in values]
    try:
        if values and all(nested) and not set(content) & set(ID_COLUMNS):
            return pd.DataFrame.from_dict(dict(content), orient="index").rename_axis(index="segment_id")
        if any(nested) or any(isinstance(value, (list, np.ndarray)) for value in values):
            return pd.DataFrame(content)
        ids = pd.Index([str(key) for key in content], dtype=object, name="segment_id")
        return pd.DataFrame({"prediction": pd.Series(values, dtype=object).to_numpy()}, index=ids)
    except (ValueError, TypeError) as error:
        raise DataError.of(source, f"it cannot be read as a table ({error}).", _EXPECTED) from None


def _column(frame: pd.DataFrame, asked: str | None, source: str) -> Any:
    if asked is not None:
        if asked not in frame:
            raise SpecError.unknown(None, "column", f"column of {source}", asked, map(str, frame.columns))
        return asked
    known = [name for name in frame if str(name).strip().lower() in PREDICTED]
    if len(known) == 1:
        return known[0]
    others = [name for name in frame if str(name) not in NO_PREDICTIONS and _are_numbers(frame[name].tolist())]
    found = known or others
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(map(str, found))
        raise SpecError.at(None, "column", f"several columns of {source} may be the predictions: {names}.",
                           advice=f"Say which: column='{found[0]}'.")  # fmt: skip
    has = ", ".join(map(str, frame.columns)) or "none"
    raise DataError.of(source, f"no column holds predictions. It has: {has}.", "Call it prediction, or say column=.")


def _are_numbers(cells: Sequence[Any]) -> bool:
    """Tell whether a column holds numbers and nothing else, blank cells aside."""
    try:
        return bool(np.isfinite(numbers(cells, "", "")).any())
    except (DataError, TypeError, ValueError):
        return False


def _values(cells: Sequence[Any], ids: Sequence[str], source: str, column: str) -> Vector:
    values, words = np.full(len(cells), np.nan), []
    for row, cell in enumerate(cells):
        try:
            values[row : row + 1] = numbers([cell], source, column)
        except (DataError, TypeError, ValueError):  # a word, a list, ...
            words.append(row)
    where = f"{source}, column {column}"
    if words:
        found = f"{len(words):,} of {len(cells):,} predictions are no numbers, such as {str(cells[words[0]])[:20]!r}"
        advice = "A prediction is sentiment in points; of a classifier, the expected value of its class centres."
        raise DataError.of(where, f"{found}: {listed(ids[row] for row in words)}.", advice)
    gaps = np.flatnonzero(~np.isfinite(values)).tolist()
    if gaps:
        found = f"{len(gaps):,} of {len(cells):,} predictions are missing, NaN or infinite"
        sentence = f"{found}: {listed(ids[row] for row in gaps)}."
        raise DataError.of(where, sentence, "Each segment needs a number; see why the model gave none.")
    return values


def _repeats(frame: pd.DataFrame, source: str) -> list[int]:
    """Return the repeat that each row is of; 0 where none is told, or all are of the same."""
    if "repeat" not in frame:
        return [ANY] * len(frame)
    found = np.nan_to_num(numbers(frame["repeat"].tolist(), source, "repeat"), nan=ANY)
    if len(np.unique(found)) == 1:
        return [ANY] * len(frame)
    if (found != np.round(found)).any() or (found < ANY).any():
        raise DataError.of(f"{source}, column repeat", "a repeat of the folds is a whole number from 1 on.")
    return [int(one) for one in found]


def _twice(ids: Sequence[str], source: str, repeats: Sequence[int] = ()) -> DataError:
    counted = "1 segment id is" if len(ids) == 1 else f"{len(ids):,} segment ids are"
    within = " for the same repeat" if len(set(repeats)) > 1 else ""
    advice = "Leave one row for each segment. With repeated folds, a column repeat says which one a row is of."
    return DataError.of(source, f"{counted} there more than once{within}: {listed(ids)}.", advice)
