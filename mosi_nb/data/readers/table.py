"""Tables with one row for each segment: CSV, TSV and Parquet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mosi_nb.data.frame import from_frame
from mosi_nb.data.parts import Parts
from mosi_nb.data.readers.paths import PARQUET, named, start_of
from mosi_nb.errors import DataError, MissingExtraError

if TYPE_CHECKING:
    import pandas as pd

FORMAT = "tables with one row for each segment (.csv, .tsv, .parquet)"

SEPARATORS = ("\t", ",", ";")

LONGEST = 1_000_000
"""Characters of a cell."""

LARGE, RATIO = 1 << 28, 200
"""Bytes that Parquet may unpack to, and how often those of the file, before it is refused."""


def recognises(path: Path) -> bool:
    """Tell whether the file is Parquet, or text whose first line has several columns."""
    start = start_of(path) if path.is_file() else b""
    return start.startswith(PARQUET) or (b"\0" not in start and _separator(_header(start)) is not None)


def read(path: Path) -> Parts:
    """Return what the table holds; its columns can also be asked for by name.

    Raises
    ------
    DataError
        If the table is damaged, empty or has no column of segment ids.
    MissingExtraError
        If it is Parquet and pyarrow is not installed.
    """
    return from_frame(load_frame(path), named(path))


def load_frame(path: Path) -> pd.DataFrame:
    """Return the table. Cells of a text file stay strings: no text becomes NaN, no id a number."""
    if start_of(path, len(PARQUET)) == PARQUET:
        return _parquet(path)
    import pandas as pd  # noqa: PLC0415 -- workers import the data layer and read no table

    separator = _separator(_header(start_of(path))) or ","
    options = {"sep": separator, "dtype": str, "keep_default_na": False, "encoding": "utf-8-sig"}
    try:
        return _sized(pd.read_csv(path, **options), path)  # type: ignore[call-overload]
    except UnicodeDecodeError as error:
        sentence = f"the table is not UTF-8 text (byte {error.start:,})."
        raise DataError.of(named(path), sentence, "Save it as UTF-8.") from None
    except DataError:
        raise
    except (pd.errors.ParserError, pd.errors.EmptyDataError, ValueError, OverflowError, MemoryError) as error:
        sentence = f"the table is damaged ({str(error).strip()})."
        raise DataError.of(named(path), sentence, "Expected: a header, then one row for each segment.") from None


def _sized(frame: pd.DataFrame, path: Path) -> pd.DataFrame:
    for name in frame.columns:
        longest = max((len(cell) for cell in frame[name] if isinstance(cell, str)), default=0)
        if longest > LONGEST or len(str(name)) > LONGEST:
            sentence = f"a cell of the column {str(name)[:40]} holds {longest:,} characters."
            raise DataError.of(named(path), sentence, "Is a quotation mark never closed?")
    return frame


def _parquet(path: Path) -> pd.DataFrame:
    try:
        import pyarrow as pa  # noqa: PLC0415 -- an extra
        from pyarrow import parquet  # noqa: PLC0415
    except ImportError:
        raise MissingExtraError.of(f"Reading {named(path)} (Parquet)", "pyarrow", "parquet") from None
    try:
        # The file itself, not a folder of partitions: nothing is guessed from the names around it.
        file = parquet.ParquetFile(path)
        unpacked = 8 * file.metadata.num_rows * file.metadata.num_columns
        if unpacked > max(LARGE, RATIO * path.stat().st_size):
            raise DataError.of(named(path), f"it would unpack to {unpacked:,} bytes or more.", "Is it what you expect?")
        frame: pd.DataFrame = file.read().to_pandas()
    except DataError:
        raise
    except (pa.ArrowException, OSError, ValueError, TypeError, KeyError, OverflowError, MemoryError) as error:
        raise DataError.of(named(path), f"the Parquet file is cut or damaged ({error}).", "Copy it again.") from None
    return frame


def _header(start: bytes) -> str:
    return start.split(b"\n", 1)[0].decode("utf-8-sig", errors="replace")


def _separator(header: str) -> str | None:
    counts = {separator: header.count(separator) for separator in SEPARATORS}
    best = max(SEPARATORS, key=lambda separator: counts[separator])
    return best if counts[best] else None
