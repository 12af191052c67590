"""Segments and where they come from.

The way in is `DataIterator` (what a user holds) and `as_segments` (what the package works on). A new
format is one module in `readers/`.
"""

from mosi_nb.data.audit import Nonfinite, nonfinite
from mosi_nb.data.content import fingerprint_of, union_of
from mosi_nb.data.iterator import DataIterator, Record
from mosi_nb.data.open import as_segments, read
from mosi_nb.data.prediction import for_prediction
from mosi_nb.data.readers import read_parts
from mosi_nb.data.sample import sample
from mosi_nb.data.segments import Segments, Sequences

__all__ = [
    "DataIterator",
    "Nonfinite",
    "Record",
    "Segments",
    "Sequences",
    "as_segments",
    "fingerprint_of",
    "for_prediction",
    "nonfinite",
    "read",
    "read_parts",
    "sample",
    "union_of",
]
