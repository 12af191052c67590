"""An experiment written down as tables, so that another language can train on the same folds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import scipy.sparse
from sklearn.base import clone

from mosi_nb.data.content import union_of
from mosi_nb.data.segments import Rows, Segments, is_text
from mosi_nb.errors import DataError, MissingExtraError, SpecError
from mosi_nb.storage.readme import readme

if TYPE_CHECKING:
    from mosi_nb.plan import Candidate, Plan

FORMATS = ("csv", "parquet")
FEATURES = ("raw", "encoded")
OURS = re.compile(r"(segments|folds|text|audio|video|encoded_(all|\d+_\d+))\.(csv|parquet)|README\.txt")
"""Names of the files that an export writes."""


def export(plan: Plan, folder: str | Path, format: str, features: str, *, replace: bool = False) -> Path:  # noqa: A002 -- as `Model.export` has it
    """Write segments, features and folds of a plan, and how to come back.

    Parameters
    ----------
    plan
        Of the experiment.
    folder, format, features, replace
        As for `Model.export`.

    Raises
    ------
    SpecError
        If format or features are unknown, or something is in the folder.
    DataError
        If a file cannot be written.
    MissingExtraError
        If Parquet is asked for and pyarrow is not installed.
    """
    for what, asked, known in (("format", format, FORMATS), ("features", features, FEATURES)):
        if asked not in known:
            raise SpecError.unknown(None, "export", what, str(asked), known)
    if format == "parquet":
        _refuse_without_pyarrow()
    place, encoded = Path(folder).expanduser(), _first(plan).model if features == "encoded" else ""
    try:
        _make_room(place, replace=replace)
        written: dict[str, tuple[int, list[str]]] = {}
        for name, frame in _tables(plan, features):
            _write(frame, place / f"{name}.{format}")
            written[f"{name}.{format}"] = (len(frame), list(frame.columns))
        (place / "README.txt").write_text(readme(plan, written, encoded), encoding="utf-8")
    except OSError as error:
        raise DataError.of(place, f"it cannot be written ({error}).") from None
    return place


def _refuse_without_pyarrow() -> None:
    try:
        import pyarrow as pa  # noqa: F401, PLC0415 -- an extra
    except ImportError:
        raise MissingExtraError.of("Writing Parquet", "pyarrow", "parquet") from None


def _make_room(place: Path, *, replace: bool) -> None:
    """Make the folder, or take away what an earlier export left in it, and nothing else."""
    if place.exists() and not place.is_dir():
        raise SpecError.at(None, "export", f"{place} is a file.", advice="Name a folder.")
    place.mkdir(parents=True, exist_ok=True)
    there = sorted(one.name for one in place.iterdir())
    if there and not replace:
        sentence = f"the folder {place} is not empty: it holds {', '.join(there[:3])}{', ...' * (len(there) > 3)}."  # noqa: PLR2004
        raise SpecError.at(None, "export", sentence, advice="Name another one, or say replace=True.")
    for name in there:
        if OURS.fullmatch(name):
            (place / name).unlink()


def _tables(plan: Plan, features: str) -> Iterator[tuple[str, pd.DataFrame]]:
    yield "segments", _segments(plan)
    yield "folds", _folds(plan)
    for name, held in plan.pooled.modalities.items():
        if not is_text(held):
            columns = union_of(plan.pooled, [name])
            # In double precision, as models get them: a float32 written shortly is another number.
            numbers = columns.reset_index(drop=True).astype(np.float64)
            numbers.insert(0, "segment_id", plan.segments.segment_ids)
            yield name, numbers
    if features == "encoded":
        yield from _encoded(plan)


def _segments(plan: Plan) -> pd.DataFrame:
    """Return one row a segment; the sentiment of the locked ones stays locked."""
    segments, locked = plan.segments, plan.locked
    role = np.full(len(segments), "left out", dtype=object)
    role[locked.train], role[locked.test] = "train", "locked"
    frame = pd.DataFrame(
        {
            "segment_id": segments.segment_ids,
            "video_id": segments.video_ids,
            "sentiment": np.where(role == "locked", np.nan, segments.sentiment),
            "role": role,
        }
    )
    text = segments.modalities.get("text")
    # The last column: what is in it does not disturb whoever splits lines at commas.
    return frame.assign(text=text) if text is not None and is_text(text) else frame  # type: ignore[arg-type]  # of texts


def _folds(plan: Plan) -> pd.DataFrame:
    ids = plan.segments.segment_ids
    parts = [
        pd.DataFrame({"repeat": fold.repeat, "fold": fold.number, "segment_id": ids[rows], "part": part})
        for fold in plan.folds
        for part, rows in (("train", fold.train), ("held_out", fold.held_out))
    ]
    return pd.concat(parts, ignore_index=True)


def _encoded(plan: Plan) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield what the first model sees in each fold, and at last with all that is not locked to learn from."""
    encoders = _first(plan).pipeline[:-1]
    for fold in plan.folds:
        parts = {"train": fold.train, "held_out": fold.held_out}
        yield f"encoded_{fold.repeat}_{fold.number}", _fitted(encoders, plan.pooled, parts)
    yield "encoded_all", _fitted(encoders, plan.pooled, {"train": plan.locked.train, "locked": plan.locked.test})


def _first(plan: Plan) -> Candidate:
    """Return the first candidate of the first model that is no baseline."""
    models = plan.models()
    asked = [name for name in models if name not in plan.baselines] or list(models)
    return models[asked[0]][0]


def _fitted(encoders: Any, segments: Segments, parts: Mapping[str, Rows]) -> pd.DataFrame:
    fitted = clone(encoders)
    train = segments.take(parts["train"])
    tables = []
    for part, rows in parts.items():
        if len(rows):
            features = (
                fitted.fit_transform(train, train.sentiment)
                if part == "train"
                else fitted.transform(segments.take(rows))
            )
            tables.append(_table(features, segments.segment_ids[rows], part))
    return pd.concat(tables, ignore_index=True)


def _table(features: Any, ids: Any, part: str) -> pd.DataFrame:
    """Return features side by side; of sparse ones, a row for each that is not 0."""
    if scipy.sparse.issparse(features):
        found = features.tocoo()
        return pd.DataFrame({"segment_id": ids[found.row], "part": part, "column": found.col, "value": found.data})
    frame = pd.DataFrame(np.asarray(features, dtype=np.float64)).add_prefix("feature_")
    frame.insert(0, "part", part)
    frame.insert(0, "segment_id", ids)
    return frame


def _write(frame: pd.DataFrame, path: Path) -> None:
    if path.suffix == ".parquet":
        frame.to_parquet(path, index=False)
    else:
        frame.to_csv(path, index=False, lineterminator="\n")
