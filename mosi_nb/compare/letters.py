"""Letters for what cannot be told apart: a compact letter display."""

from __future__ import annotations

import string

import numpy as np
from numpy.typing import NDArray

LETTERS = string.ascii_lowercase + string.ascii_uppercase

MOST = 400
"""Sets on the way to the letters, beyond which there would be more letters than anybody reads."""


def letters(rejected: NDArray[np.bool_]) -> list[str]:
    """Return letters, of which two models share one exactly where no test tells them apart.

    Parameters
    ----------
    rejected
        Which pairs a test tells apart, shape (n, n), symmetric; the best model first.

    Returns
    -------
    list of str
        For each model one letter or several; `a` is among those of the first. Where more letters would be needed
        than there are, those that cannot be told from the first have an `a`, and the others none.

    References
    ----------
    Piepho, H.-P. (2004). An algorithm for a letter-based representation of all-pairwise comparisons. Journal
    of Computational and Graphical Statistics 13, 456-466: insert and absorb, then sweep.

    Examples
    --------
    The first differs from the third, and the second from neither:

    >>> apart = np.zeros((3, 3), dtype=bool)
    >>> apart[0, 2] = apart[2, 0] = True
    >>> letters(apart)
    ['a', 'ab', 'b']
    """
    if not len(rejected):
        return []
    masks = [sum(1 << int(other) for other in np.flatnonzero(row)) for row in rejected]
    columns = _inserted(masks)
    swept = _swept(columns) if columns is not None else []
    if columns is None or len(swept) > len(LETTERS):
        return ["" if masks[0] >> model & 1 else "a" for model in range(len(masks))]
    ordered = sorted(swept, key=_members)
    return ["".join(LETTERS[n] for n, column in enumerate(ordered) if column >> m & 1) for m in range(len(masks))]


def _inserted(masks: list[int]) -> list[int] | None:
    """Return the largest sets of models of which no two are told apart, as bits; None if they are too many.

    All pairs of one model are inserted at once: a set that holds it and some of those that it differs from
    becomes two, one without the model, one without those.
    """
    columns = [(1 << len(masks)) - 1]
    for model, apart in enumerate(masks):
        split = [column for column in columns if column >> model & 1 and column & apart]
        if not split:
            continue
        kept = [column for column in columns if not (column >> model & 1 and column & apart)]
        fresh = {column & ~(1 << model) for column in split} | {column & ~apart for column in split}
        columns = _absorbed(kept, sorted(fresh, key=int.bit_count, reverse=True))
        if len(columns) > MOST:
            return None
    return columns


def _absorbed(kept: list[int], fresh: list[int]) -> list[int]:
    """Return all sets but those that lie within another one; the fresh ones largest first."""
    found = list(kept)
    for column in fresh:
        if column and not any(column & other == column for other in found):
            found.append(column)
    return found


def _swept(columns: list[int]) -> list[int]:
    """Return the sets without the members whose pairs are all in other sets."""
    held = list(columns)
    for place, column in enumerate(held):
        for model in _members(column):
            elsewhere = 0
            for other, others in enumerate(held):
                if other != place and others >> model & 1:
                    elsewhere |= others
            if held[place] & ~elsewhere == 0:
                held[place] &= ~(1 << model)
    return _absorbed([], sorted(filter(None, held), key=int.bit_count, reverse=True))


def _members(column: int) -> list[int]:
    return [model for model in range(column.bit_length()) if column >> model & 1]
