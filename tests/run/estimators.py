"""Estimators that fail, probe or dawdle, as a user's own might."""

import os
import time
import warnings

import joblib
import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
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
