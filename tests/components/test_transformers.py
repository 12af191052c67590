import numpy as np
import pytest
import scipy.sparse

from mosi_nb.components.transformers import Dense, FiniteImputer, PoolSteps, Scaler
from mosi_nb.data import Sequences

NAIVE = {"mean": np.mean, "std": np.std, "min": np.min, "max": np.max, "last": lambda values: values[-1]}


@pytest.fixture
def sequences():
    rng = np.random.default_rng(0)
    values = rng.normal(size=(12, 6, 3)).astype(np.float32)
    values[rng.random(values.shape) < 0.2] = np.nan
    values[0, 0, 0] = np.inf
    lengths = rng.integers(0, 7, 12)
    lengths[:2] = 6, 0
    values[np.arange(6) >= lengths[:, None]] = 1e6  # padding, whatever it holds
    return Sequences(values, lengths)


def naive(sequences, name):
    pooled = np.full((len(sequences), 3), np.nan)
    for row in range(len(sequences)):
        for column in range(3):
            steps = sequences.values[row, : sequences.lengths[row], column].astype(float)
            if np.isfinite(steps).any():
                pooled[row, column] = NAIVE[name](steps[np.isfinite(steps)])
    return pooled


@pytest.mark.parametrize("name", NAIVE)
def test_pooling_leaves_padding_and_gaps_out(sequences, name):
    pooled = PoolSteps((name,)).fit(sequences).transform(sequences)
    np.testing.assert_allclose(pooled, naive(sequences, name), atol=1e-12)


def test_pooled_statistics_stand_side_by_side(sequences):
    both = PoolSteps(("mean", "std")).transform(sequences)
    np.testing.assert_allclose(both, np.hstack([naive(sequences, "mean"), naive(sequences, "std")]), atol=1e-12)


def test_pooling_leaves_features_and_the_sequences_themselves_alone(sequences):
    before = sequences.values.copy()
    PoolSteps().transform(sequences)
    np.testing.assert_array_equal(sequences.values, before)
    assert PoolSteps().transform(np.ones((2, 3))).shape == (2, 3)
    assert PoolSteps().transform(scipy.sparse.csr_matrix(np.eye(2))).nnz == 2


def test_imputer_fills_gaps_and_infinities_and_keeps_empty_columns():
    train = np.array([[1.0, np.nan, np.inf], [3.0, np.nan, 5.0]])
    imputer = FiniteImputer(keep_empty_features=True).fit(train)
    np.testing.assert_array_equal(imputer.transform(train), [[1, 0, 5], [3, 0, 5]])
    np.testing.assert_array_equal(imputer.transform(np.full((1, 3), -np.inf)), [[2, 0, 5]])


def test_imputer_lets_sparse_features_pass():
    counts = scipy.sparse.csr_matrix(np.eye(3))
    assert (FiniteImputer().fit_transform(counts) != counts).nnz == 0


def test_a_scaled_block_has_length_one_on_average():
    features = np.random.default_rng(0).normal(3, 7, (500, 40))
    scaled = Scaler(block=True).fit_transform(features)
    assert np.mean(np.sum(scaled**2, axis=1)) == pytest.approx(1)


def test_scaler_keeps_sparse_features_sparse_without_centering():
    scaled = Scaler(block=True, with_mean=False).fit_transform(scipy.sparse.csr_matrix(np.eye(3)))
    assert scipy.sparse.issparse(scaled)


def test_dense_reduces_many_sparse_columns_only():
    many = scipy.sparse.random(30, 50, 0.2, format="csr", random_state=0)
    assert Dense(10, random_state=0).fit(many).transform(many).shape == (30, 10)
    assert Dense(100).fit(many).transform(many).shape == (30, 50)
    features = np.ones((30, 50))
    assert Dense(10).fit(features).transform(features).shape == (30, 50)
