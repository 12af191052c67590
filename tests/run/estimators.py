"""Estimators that fail, probe or dawdle, as a user's own might."""

import os
import re
import threading
import time
import warnings
from contextlib import contextmanager

import joblib
import numpy as np
import psutil
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestRegressor
from threadpoolctl import threadpool_info


class Mean(RegressorMixin, BaseEstimator):
    """The mean; what the others are made from."""

    def fit(self, x, y):
        self.mean_ = float(np.mean(y))
        return self

    def predict(self, x):
        return np.full(x.shape[0], self.mean_)


class Raises(Mean):
    def fit(self, x, y):
        return self.inner(y)

    def inner(self, y):
        raise ArithmeticError("the\nloss is gone")


class RaisesLate(Mean):
    """Fails only when it is to predict."""

    def predict(self, x):
        raise KeyError("no such word")


class SlowToPredict(Mean):
    def __init__(self, seconds=0.1):
        self.seconds = seconds

    def predict(self, x):
        time.sleep(self.seconds)
        return super().predict(x) + np.array([len(text) for text in x])


class Exits(Mean):
    def fit(self, x, y):
        raise SystemExit(3)


class NaNs(Mean):
    def predict(self, x):
        return np.where(np.arange(x.shape[0]) == 1, np.nan, 0.0)


class TooFew(Mean):
    def predict(self, x):
        return np.zeros(x.shape[0] - 1)


class Words(Mean):
    def predict(self, x):
        return np.full(x.shape[0], "good")


class Imaginary(Mean):
    def predict(self, x):
        return np.full(x.shape[0], 1j)


class Column(Mean):
    def predict(self, x):
        return super().predict(x)[:, None]


class Warns(Mean):
    def fit(self, x, y):
        for _ in range(2):
            warnings.warn("not converged", RuntimeWarning, stacklevel=1)
        return super().fit(x, y)


class Probe(Mean):
    """Tells by its warnings what it finds while it is trained."""

    def fit(self, x, y):
        threads = [library["num_threads"] for library in threadpool_info()]
        found = f"jobs {joblib.effective_n_jobs(-1)}, threads {max(threads, default=1)}"
        warnings.warn(found, UserWarning, stacklevel=1)
        return super().fit(x, y)


class Slow(Mean):
    def __init__(self, seconds=0.3):
        self.seconds = seconds

    def fit(self, x, y):
        if len(y) > 130:  # not in the trial
            time.sleep(self.seconds)
        return super().fit(x, y)


class FailsLate(Mean):
    """Passes the trial and fails in the run."""

    def __init__(self, seconds=0.0):
        self.seconds = seconds

    def fit(self, x, y):
        if len(y) > 130:
            time.sleep(self.seconds)
            raise ValueError("too many rows")
        return super().fit(x, y)


class EndsItsProcess(Mean):
    def fit(self, x, y):
        if len(y) > 130:
            os._exit(3)
        return super().fit(x, y)


class Spins(Mean):
    """Goes round and round in Python, except in the trial."""

    def fit(self, x, y):
        while len(y) > 130:
            time.sleep(0.001)
        return super().fit(x, y)


class Sleeps(Mean):
    """Waits in a library, as nothing in Python can end it, except in the trial."""

    def fit(self, x, y):
        if len(y) > 130:
            time.sleep(1000)
        return super().fit(x, y)


class Freezes(Mean):
    """Keeps every other thread of its process from running, except in the trial."""

    def fit(self, x, y):
        if len(y) > 130:
            re.match(r"(a+)+$", "a" * 60 + "b")
        return super().fit(x, y)


class TakesMemory(Mean):
    """Asks for three gigabytes, except in the trial."""

    def fit(self, x, y):
        if len(y) > 130:
            taken = [np.ones(2**24) for _ in range(24)]
            time.sleep(1)
            del taken
        return super().fit(x, y)


class Homesick(Mean):
    """Cannot be read back in any process but its own."""

    def __init__(self, home=None):
        self.home = home or os.getpid()

    def __setstate__(self, state):
        if os.getpid() != state["home"]:
            raise RuntimeError("far from home")
        super().__setstate__(state)


class Unreadable(np.ndarray):
    """An array that cannot be pickled back."""

    def __reduce__(self):
        return (int, ("no number",))


class PredictsUnreadable(Mean):
    def predict(self, x):
        return super().predict(x).view(Unreadable)


def dense(features):
    return np.asarray(features.todense()) if hasattr(features, "todense") else features


class OnAllCores(RandomForestRegressor):
    """A forest that asks for all cores; it tells how many threads its process had."""

    def __init__(self, n_estimators=30, n_jobs=-1, random_state=0):
        super().__init__(n_estimators=n_estimators, n_jobs=n_jobs, random_state=random_state)

    def fit(self, x, y):
        with counted_threads() as most:
            super().fit(dense(x), y)
        warnings.warn(f"threads {most[0]}", UserWarning, stacklevel=1)
        return self

    def predict(self, x):
        return super().predict(dense(x))


class Boosts(HistGradientBoostingRegressor):
    """Boosting that tells how many threads its process had."""

    def fit(self, x, y):
        with counted_threads() as most:
            super().fit(dense(x), y)
        warnings.warn(f"threads {most[0]}", UserWarning, stacklevel=1)
        return self

    def predict(self, x):
        return super().predict(dense(x))


@contextmanager
def counted_threads():
    """Count by how many threads the process grows while something goes on in it, its other fit apart."""
    process, over, most = psutil.Process(), threading.Event(), [0]
    before = process.num_threads()

    def count():
        while not over.wait(0.01):
            most[0] = max(most[0], process.num_threads() - before - 1)

    thread = threading.Thread(target=count)
    thread.start()
    try:
        yield most
    finally:
        over.set()
        thread.join()
