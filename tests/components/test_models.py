"""What is said of single models; what holds for all of them is in test_every_component.py."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.linear_model import SGDClassifier
from threadpoolctl import threadpool_limits

from mosi_nb.components.estimators import CentredKernelRidge
from mosi_nb.components.gaussian import ScaledGaussianProcess
from mosi_nb.components.tasks import SentimentClassifier
from mosi_nb.plan.pipelines import seeded
from mosi_nb.registry import find


def drawn(rows=60, columns=8):
    generator = np.random.default_rng(0)
    x = generator.normal(size=(rows + 20, columns))
    y = np.clip(x[:, 0] + generator.normal(size=rows + 20), -3, 3)
    return x[:rows], y[:rows], x[rows:]


def test_a_loss_belongs_to_its_task(make_plan_of):
    with pytest.raises(ValueError, match=r"'hinge' of sgd is not for regression.(\n.*){2}\nWrite one of: huber, "):
        make_plan_of("models = sgd(loss=hinge)")
    with pytest.raises(ValueError, match="'huber' of sgd is not for 7 classes"):
        make_plan_of("models = sgd(loss=huber, classes=7)")
    built = find("model", "sgd").build(classes=2)
    assert isinstance(built.classifier, SGDClassifier)
    assert built.classifier.loss == "log_loss"


def test_stochastic_gradients_do_not_run_away_from_outliers():
    x, y, held_out = drawn(400)
    x[::40] *= 100
    model = seeded(find("model", "sgd").build(), 0)
    assert np.abs(model.fit(x, y).predict(held_out)).max() < 20
    squared = seeded(find("model", "sgd").build(loss="squared_error"), 0)
    assert np.abs(squared.fit(x, y).predict(held_out)).max() > 1e6
    assert np.isfinite(model.fit(csr_matrix(x), y).predict(csr_matrix(held_out))).all()


def test_a_regressor_has_nothing_to_calibrate(make_plan_of):
    with pytest.raises(ValueError, match=r"calibrate=sigmoid is for classifiers.*\n.*\n.*\nSay how many classes"):
        make_plan_of("models = knn(calibrate=sigmoid)")


def test_a_gaussian_process_is_a_kernel_ridge_with_a_share_of_noise():
    x, y, held_out = drawn()
    process = ScaledGaussianProcess(signal=2.0, noise=0.5).fit(x, y).predict(held_out)
    ridge = CentredKernelRidge(alpha=0.25).fit(x, y).predict(held_out)
    np.testing.assert_allclose(process, ridge, atol=1e-6)


def test_a_gaussian_process_searches_where_it_is_asked_to():
    x, y, _ = drawn()
    plain, searched = (ScaledGaussianProcess(optimise=optimise).fit(x, y).model_ for optimise in (False, True))
    assert searched.log_marginal_likelihood_value_ > plain.log_marginal_likelihood_value_


NESTED = [
    ("forest", "n_estimators", (1, 4, 9)),
    ("extra_trees", "n_estimators", (2, 5)),
    ("boosting", "max_iter", (1, 6)),
]


@pytest.mark.filterwarnings("ignore:no training segment")
@pytest.mark.parametrize("classes", [2, 7])
@pytest.mark.parametrize(("name", "param", "sizes"), NESTED)
def test_the_largest_classifier_holds_the_smaller_ones(name, param, sizes, classes):
    component = find("model", name)
    x, y, held_out = drawn()
    grid = [seeded(component.build(**{param: size}, classes=classes), 0) for size in sizes]
    with threadpool_limits(1):
        found = component.tags["nested"].together(grid, x, y, held_out)
        for one, predicted in zip(grid, found, strict=True):
            np.testing.assert_allclose(predicted, one.fit(x, y).predict(held_out), rtol=0, atol=1e-12)


def test_what_cannot_be_had_from_one_fit_is_left_to_separate_ones():
    x, y, held_out = drawn()
    knn, forest = find("model", "knn"), find("model", "forest")
    assert knn.tags["nested"].together([knn.build(n, classes=3) for n in (3, 5)], x, y, held_out) is None
    grid = [seeded(forest.build(n, classes=3, calibrate="sigmoid"), 0) for n in (3, 5)]
    assert forest.tags["nested"].together(grid, x, y, held_out) is None
    same = [seeded(forest.build(n, classes=3), 0) for n in (3, 5)]
    with pytest.warns(UserWarning, match="no training segment of classes -1, 1"):
        together = forest.tags["nested"].together(same, x, 0 * y + 0.2, held_out)
    assert np.allclose(together, 0.2)


def test_the_majority_is_its_centre():
    model = find("model", "majority").build(3)
    assert isinstance(model, SentimentClassifier)
    y = np.array([-2.0, -1.0, -1.5, 0.0, 2.0, 1.0])
    assert model.fit(np.zeros((6, 1)), y).predict(np.zeros((2, 1))).tolist() == [-1.5, -1.5]
