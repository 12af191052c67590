import numpy as np
import pytest
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline

from mosi_nb import DataError
from mosi_nb.components.transformers import FiniteImputer, PoolSteps, TakeModality
from mosi_nb.data.segments import Segments, Sequences
from mosi_nb.model.expected_columns import refuse_other_columns


def steps(columns):
    """Return three segments of up to five steps."""
    ids, values = np.array(["a_1", "a_2", "b_1"]), np.ones((3, 5, columns))
    return Segments(ids, ids, np.zeros(3), {"audio": Sequences(values, np.array([5, 2, 1]))}, source="new.npz")


def test_columns_of_sequences_are_counted_before_they_are_pooled():
    chain = make_pipeline(TakeModality("audio"), PoolSteps(("mean", "std")), FiniteImputer())
    fitted = make_pipeline(chain, Ridge()).fit(steps(4), np.zeros(3))
    refuse_other_columns("ridge", fitted, steps(4))
    with pytest.raises(
        DataError, match=r"^new\.npz: audio is 3 columns of numbers here, and ridge was trained on 4 col"
    ):
        refuse_other_columns("ridge", fitted, steps(3))


def test_what_does_not_tell_its_columns_is_passed_over():
    for pipeline in (Ridge(), object(), make_pipeline(TakeModality("audio"), PoolSteps())):
        assert refuse_other_columns("mine", pipeline, steps(3)) is None
