"""Sequences of different lengths, padded to one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mosi_nb.data.sequences import Sequences
from mosi_nb.errors import DataError

MOST, SPREAD = 1 << 30, 20
"""Bytes of padded sequences, and how often those of the steps themselves, that are not made any more."""


def stacked_steps(steps: Sequence[NDArray[np.floating]], *, what: str, source: str) -> Sequences:
    """Return sequences of different lengths, padded with zeros at the end.

    Parameters
    ----------
    steps
        For each segment, shape (n_steps, n_columns).
    what, source
        For messages.

    Raises
    ------
    DataError
        If the numbers of columns differ, or padding would take a multiple of the memory of the steps.
    """
    widths = {array.shape[1] for array in steps}
    if len(widths) != 1:
        raise DataError.of(source, f"{what} has {' and '.join(map(str, sorted(widths)))} columns.")
    lengths = np.array([len(array) for array in steps], dtype=np.intp)
    single = all(array.dtype.itemsize <= 4 for array in steps)  # noqa: PLR2004
    kind = np.dtype(np.float32 if single else np.float64)
    longest, width = int(lengths.max()), widths.pop()
    size = len(steps) * longest * width * kind.itemsize
    if size > MOST and size > SPREAD * int(lengths.sum()) * width * kind.itemsize:
        row = int(lengths.argmax())
        sentence = f"{what}: row {row + 1} has {longest:,} steps; padding all to them would take {size >> 30:,} GiB."
        raise DataError.of(source, sentence, "Leave out or shorten that segment.")
    values = np.zeros((len(steps), longest, width), kind)
    for row, array in enumerate(steps):
        values[row, : len(array)] = array
    return Sequences(values, lengths)
