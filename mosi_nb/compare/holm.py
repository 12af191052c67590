"""Many tests at once: Holm's correction."""

from __future__ import annotations

import numpy as np

from mosi_nb.results import Vector


def holm(p: Vector) -> Vector:
    """Return p values corrected for the number of tests, by Holm's method.

    The smallest is multiplied by the number of tests, the next by one less, and so on; none becomes smaller
    than one before it. Rejecting those of at most .05 errs on any of the true hypotheses with a chance of at
    most .05, however the tests depend on each other.

    Parameters
    ----------
    p
        Shape (n_tests,); NaN for a test that could not be made, which does not count.

    Returns
    -------
    array of shape (n_tests,)
        From 0 to 1.

    References
    ----------
    Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of
    Statistics 6, 65-70.

    Examples
    --------
    >>> holm(np.array([0.01, 0.04, 0.03, 0.005])).tolist()
    [0.03, 0.06, 0.06, 0.02]
    """
    corrected = np.full(len(p), np.nan)
    made = np.flatnonzero(np.isfinite(p))
    order = made[np.argsort(p[made], kind="stable")]
    times = np.arange(len(order), 0, -1)
    corrected[order] = np.minimum(np.maximum.accumulate(times * p[order]), 1.0)
    return corrected
