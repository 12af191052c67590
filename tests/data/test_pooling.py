import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mosi_nb.data import Sequences
from mosi_nb.data.pooling import STATISTICS, pooled

NAIVE = {"mean": np.mean, "std": np.std, "min": np.min, "max": np.max, "last": lambda values: values[-1]}
NAIVE |= {f"q{p:02}": lambda values, p=p: np.quantile(values, p / 100) for p in (5, 10, 25, 50, 75, 90, 95)}


def naive(sequences, name, missing):
    columns = sequences.values.shape[2]
    found = np.full((len(sequences), columns), np.nan)
    starts = np.zeros(len(sequences), int) if sequences.starts is None else sequences.starts
    for row in range(len(sequences)):
        for column in range(columns):
            steps = sequences.values[row, starts[row] : starts[row] + sequences.lengths[row], column].astype(float)
            finite = np.isfinite(steps)
            steps = np.where(finite, steps, 0) if missing == "zero" else steps[finite]
            if len(steps):
                found[row, column] = NAIVE[name](steps)
    return found


def drawn(seed, gaps, padding):
    rng = np.random.default_rng(seed)
    n, steps, columns = rng.integers(1, 6), rng.integers(1, 9), rng.integers(1, 4)
    values = (rng.normal(rng.normal(scale=1e3), 1, (n, steps, columns))).astype(rng.choice([np.float32, np.float64]))
    for gap in (np.nan, -np.inf, np.inf, 0.0):
        values[rng.random(values.shape) < gaps / 4] = gap
    starts = rng.integers(0, steps + 1, n) if padding == "front" else np.zeros(n, int)
    lengths = steps - starts if padding == "front" else rng.integers(0, steps + 1, n)
    sequences = Sequences(values, lengths, starts if padding == "front" else None)
    values[~sequences.inside()] = rng.choice([1e6, np.nan, 0.0])  # padding, whatever it holds
    return sequences


@given(
    st.integers(0, 10**6), st.sampled_from([0.0, 0.3, 1.0]), st.sampled_from(["front", "end"]),
    st.sampled_from(["skip", "zero"]),
)  # fmt: skip
def test_pooling_gives_the_numbers_of_a_loop(seed, gaps, padding, missing):
    sequences = drawn(seed, gaps, padding)
    before = sequences.values.copy()
    found = pooled(sequences, list(STATISTICS), missing)
    wanted = np.hstack([naive(sequences, name, missing) for name in STATISTICS])
    np.testing.assert_allclose(found, wanted, rtol=1e-10, atol=1e-9)
    np.testing.assert_array_equal(sequences.values, before)


@given(st.integers(0, 10**6), st.permutations(range(5)))
def test_a_segment_is_pooled_the_same_whatever_stands_beside_it(seed, order):
    sequences = Sequences(np.random.default_rng(seed).normal(size=(5, 6, 3)), np.array([6, 0, 1, 3, 6]))
    rows = np.array(order[: seed % 5 + 1])
    np.testing.assert_array_equal(
        pooled(sequences.take(rows), ["mean", "std"]), pooled(sequences, ["mean", "std"])[rows]
    )


def test_steps_of_zeros_between_others_count():
    words = Sequences(np.array([[[3.0], [0.0], [0.0], [1.0], [0.0]]]), np.array([4]))
    assert pooled(words, ["mean", "min", "last"]).tolist() == [[1.0, 0.0, 1.0]]


def test_single_precision_is_summed_in_double():
    values = np.full((1, 100_000, 1), 0.1, dtype=np.float32)
    found = pooled(Sequences(values, np.array([100_000])), ["mean", "std"])[0]
    assert found == pytest.approx([float(np.float32(0.1)), 0.0], abs=1e-14)


def test_a_large_mean_does_not_drown_the_deviation():
    steps = 1e9 + np.array([0.0, 1.0, 2.0])
    assert pooled(Sequences(steps[None, :, None], np.array([3])), ["std"])[0, 0] == pytest.approx(np.sqrt(2 / 3))
