"""Rows that a model holds out while it is fitted: whole videos, never some rows of one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mosi_nb.components.fitting import Videos


def held_out(videos: Videos | None, share: float, seed: int) -> NDArray[np.bool_] | None:
    """Return which rows are held out.

    Parameters
    ----------
    videos
        Video id of each row, shape (n_rows,).
    share
        Of the videos, from 0 to 1; one at least, where it is above 0.
    seed
        Of the choice.

    Returns
    -------
    array of bool or None
        None where nothing is to be held out, or where there is but one video.

    Raises
    ------
    ValueError
        If rows are to be held out and nobody knows their videos.

    Examples
    --------
    >>> mask = held_out(np.array(["a", "a", "b", "c", "c"]), 0.3, 0)
    >>> len(set(np.array(["a", "a", "b", "c", "c"])[mask]))
    1
    """
    if not share:
        return None
    if videos is None:
        message = "rows are to be held out, and nobody knows their videos: fit(X, y, videos=...)."
        raise ValueError(message)
    names = np.unique(np.asarray(videos))
    if len(names) == 1:
        return None
    wanted = min(max(round(share * len(names)), 1), len(names) - 1)
    chosen = np.random.default_rng(seed).permutation(names)[:wanted]
    return np.isin(videos, chosen)
