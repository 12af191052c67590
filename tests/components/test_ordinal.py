import numpy as np
import pytest
from scipy.optimize import check_grad
from scipy.sparse import csr_matrix
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from mosi_nb.components.ordinal import OrdinalLogistic, _loss


def drawn(rows=400):
    """Return features, classes drawn from proportional odds, and the slopes and thresholds of that."""
    generator = np.random.default_rng(0)
    x, slopes, thresholds = generator.normal(size=(rows, 3)), np.array([1.0, -0.5, 0.0]), np.array([-1.5, 0.0, 2.0])
    return x, np.digitize(x @ slopes + generator.logistic(size=rows), thresholds) - 1, slopes, thresholds


def test_the_gradient_is_that_of_the_loss():
    x, y, *_ = drawn(50)
    given = (x, y + 1, 2.0)
    start = np.random.default_rng(1).normal(size=6) / 3
    assert check_grad(lambda p: _loss(p, *given)[0], lambda p: _loss(p, *given)[1], start) < 1e-6


def test_the_loss_is_the_likelihood_of_the_classes():
    x, y, *_ = drawn()
    model = OrdinalLogistic(C=3.0).fit(x, y)
    likely = model.predict_proba(x)[np.arange(len(y)), y + 1]
    expected = (0.5 * model.coef_ @ model.coef_ - 3.0 * np.log(likely).sum()) / (3.0 * len(y))
    steps = np.log(np.diff(model.thresholds_))
    found = _loss(np.concatenate([model.coef_, model.thresholds_[:1], steps]), x, y + 1, 3.0)
    assert found[0] == pytest.approx(expected)
    assert np.abs(found[1]).max() < 1e-5


def test_slopes_and_thresholds_are_found_again():
    x, y, slopes, thresholds = drawn(20_000)
    model = OrdinalLogistic(C=1e3).fit(x, y)
    np.testing.assert_allclose(model.coef_, slopes, atol=0.06)
    np.testing.assert_allclose(model.thresholds_, thresholds, atol=0.06)
    assert model.classes_.tolist() == [-1, 0, 1, 2]


@pytest.mark.parametrize("strength", [0.01, 1.0, 100.0])
def test_two_classes_are_logistic_regression(strength):
    x, y, *_ = drawn()
    model, plain = (one.fit(x, y > 0) for one in (OrdinalLogistic(strength), LogisticRegression(C=strength, tol=1e-8)))
    np.testing.assert_allclose(model.predict_proba(x), plain.predict_proba(x), atol=1e-4)


def test_sparse_features_give_the_same():
    x, y, *_ = drawn()
    sparse, dense = (OrdinalLogistic().fit(values, y).predict_proba(values) for values in (csr_matrix(x), x))
    np.testing.assert_allclose(sparse, dense, atol=1e-6)
    np.testing.assert_allclose(dense.sum(axis=1), 1)
    assert (dense >= 0).all()


def test_a_solver_that_is_not_done_says_so():
    x, y, *_ = drawn()
    with pytest.warns(ConvergenceWarning, match="had not converged after max_iter=2 steps"):
        OrdinalLogistic(max_iter=2).fit(x, y)


def test_one_class_is_refused():
    with pytest.raises(ValueError, match="needs at least two classes, found 1"):
        OrdinalLogistic().fit(np.zeros((3, 1)), np.ones(3))
