"""One fit for a grid: whoever declares a component as nested adds its grid to `GRIDS`, and no test."""

import copy
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from sklearn.base import clone
from sklearn.ensemble import GradientBoostingRegressor, RandomForestRegressor
from sklearn.feature_selection import SelectKBest, mutual_info_regression
from sklearn.linear_model import Ridge
from threadpoolctl import threadpool_limits

import mosi_nb.components  # noqa: F401 -- it registers them
from mosi_nb import registry
from mosi_nb.components import nested_models
from mosi_nb.components.nested import Nested
from mosi_nb.plan.pipelines import seeded
from mosi_nb.registry import KINDS, component, find, names

OWN = "mosi_nb.components"
ALL = [
    (kind, name)
    for kind in KINDS
    for name in names(kind)
    if "nested" in find(kind, name).tags and find(kind, name).build.__module__.startswith(OWN)
]
PENALTIES = {"alpha": (1e-12, 1e-3, 0.1, 1.0, 30.0, 1e5)}
MANY = {"alpha": tuple(np.logspace(-3, 3, 12).tolist())}
TREES = {"n_estimators": (1, 4, 9)}
# Values of the nested parameters, and of the others.
GRIDS = {
    "text_only": ([PENALTIES], {}),
    "ridge": ([PENALTIES], {}),
    "kernel_ridge": (
        [{"alpha": (1e-6, 0.1, 1.0, 30.0)}, MANY],
        {"kernel": ("rbf", "laplacian", "poly", "linear"), "gamma": ("scale", 0.01)},
    ),
    "elastic": ([{"alpha": (1e-4, 0.01, 0.3, 2.0)}], {"l1_ratio": (0.05, 0.5, 1.0), "max_iter": (3, 5000)}),
    "svr": (
        [{"C": (0.1, 1.0, 10.0), "gamma": ("scale", "auto", 0.03), "epsilon": (0.1,)}, {"epsilon": (0.0, 0.1, 0.5)}],
        {},
    ),
    "knn": ([{"n_neighbors": (1, 2, 3, 5)}, {"n_neighbors": (1, 9, 100)}], {"weights": ("uniform", "distance")}),
    "forest": ([TREES], {"max_features": (0.3, "sqrt"), "max_depth": (None, 2)}),
    "extra_trees": ([TREES], {"max_features": (0.3, "sqrt"), "max_depth": (None, 2)}),
    "boosting": ([{"max_iter": (1, 3, 8)}], {"learning_rate": (0.05, 0.5), "min_samples_leaf": (2, 20)}),
    "pca": ([{"n": (1, 2, 4)}, {"n": (2, 30)}], {"whiten": (False, True)}),
    "select": ([{"n": (1, 2, 4)}, {"n": (2, 30)}], {}),
}


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """Let threads that wait for one another not make small fits slow."""
    with threadpool_limits(1):
        yield


def grid_of(kind, name):
    assert name in GRIDS, (
        f"The {kind} '{name}' is nested: write its grid into GRIDS of tests/components/test_nested.py."
    )
    return GRIDS[name]


def grid(name, which=0, kind="model", **others):
    values = grid_of(kind, name)[0][which]
    combined = [{}]
    for parameter, options in values.items():
        combined = [{**one, parameter: option} for one in combined for option in options]
    return [seeded(find(kind, name).build(**one, **others), 0) for one in combined]


def nested_of(kind, name):
    return find(kind, name).tags["nested"]


def separate(estimator, x, y, held_out):
    fitted = clone(estimator)
    if hasattr(estimator, "predict"):
        return fitted.fit(x, y).predict(held_out)
    return fitted.fit_transform(x, y), fitted.transform(held_out)


def difference(nested, estimators, x, y, held_out):
    """Return how far `together` is from separate fits at most; None where it leaves them to be made."""
    states, given = copy.deepcopy([vars(one) for one in estimators]), [values.copy() for values in (x, y, held_out)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of features that no model likes; both ways to fit tell it
        found = nested.together(estimators, x, y, held_out)
        alone = None if found is None else [separate(one, x, y, held_out) for one in estimators]
    assert str([vars(one) for one in estimators]) == str(states), "the estimators are not as they were"
    for before, after in zip(given, (x, y, held_out), strict=True):
        assert abs(before - after).max() == 0, "the features are not as they were"
    if found is None:
        return None
    assert len(found) == len(estimators)
    largest, memory = 0.0, []
    for ours, theirs in zip(found, alone, strict=True):
        if not isinstance(theirs, tuple):
            assert ours.shape == theirs.shape == (held_out.shape[0],)
            assert ours.dtype == theirs.dtype == np.float64
            largest = max(largest, float(abs(ours - theirs).max()))
            continue
        for mine, its in zip(ours, theirs, strict=True):
            assert mine.shape == its.shape
            assert mine.dtype == its.dtype
            if isinstance(mine, np.ndarray):
                assert mine.base is None or mine.base.nbytes == mine.nbytes
                assert not any(np.shares_memory(mine, other) for other in (x, held_out, *memory))
                memory.append(mine)
                assert (mine.flags.c_contiguous, mine.flags.f_contiguous) == (
                    its.flags.c_contiguous,
                    its.flags.f_contiguous,
                )
            largest = max(largest, float(abs(mine - its).max()))
    return largest


def assert_nested(nested, estimators, x, y, held_out):
    found = difference(nested, estimators, x, y, held_out)
    assert found is not None, "together leaves it to separate fits"
    assert found <= nested.tolerance
    return found


@st.composite
def data(draw):
    """Features of any shape, some of them trying."""
    rows, columns = draw(st.integers(8, 45)), draw(st.integers(1, 25))
    generator = np.random.default_rng(draw(st.integers(0, 10_000)))
    x = generator.normal(size=(rows + 7, columns)) * draw(st.sampled_from((1.0, 1.0, 1e-3, 50.0)))
    x += draw(st.sampled_from((0.0, 0.0, 3.0, 1e4)))
    if draw(st.booleans()):
        x[:, 0] = 0.7
    if draw(st.booleans()) and columns > 1:
        x[:, -1] = x[:, 0]
    if draw(st.booleans()):
        x[rows // 2 : rows] = x[: rows - rows // 2]
        x[-3:] = x[:3]
    if draw(st.booleans()):
        x = x.round()
    x = np.asarray(x, dtype=draw(st.sampled_from((float, float, np.float32))), order=draw(st.sampled_from("CF")))
    y = np.clip(np.nan_to_num(x[:, 0] / (x[:, 0].std() or 1)) + generator.normal(size=rows + 7), -3, 3)
    return x[:rows], y[:rows].astype(float), x[rows:]


def plain(rows=60, columns=8, seed=0):
    generator = np.random.default_rng(seed)
    x = generator.normal(size=(rows + 20, columns))
    y = x[:, 0] + generator.normal(size=rows + 20)
    return x[:rows], y[:rows], x[rows:]


@pytest.mark.parametrize(("kind", "name"), ALL)
@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(st.data())
def test_gives_what_separate_fits_give(kind, name, draw):
    grids, others = grid_of(kind, name)
    which = draw.draw(st.integers(0, len(grids) - 1))
    fixed = {parameter: draw.draw(st.sampled_from(options)) for parameter, options in others.items()}
    nested = nested_of(kind, name)
    found = difference(nested, grid(name, which, kind, **fixed), *draw.draw(data()))
    assert found is None or found <= nested.tolerance


@pytest.mark.parametrize("columns", [8, 90])
@pytest.mark.parametrize(("kind", "name"), ALL)
def test_takes_plain_features(kind, name, columns):
    nested = nested_of(kind, name)
    assert set(nested.params) <= set(find(kind, name).parameters)
    assert_nested(nested, grid(name, 0, kind), *plain(columns=columns))


SPARSE = ["kernel_ridge", "knn", "forest", "extra_trees", "select"]


@pytest.mark.parametrize(("kind", "name"), ALL)
def test_sparse_features_are_right_or_left_to_separate_fits(kind, name):
    x, y, held_out = plain(columns=30)
    x, held_out = (csr_matrix(np.where(abs(values) > 1, values, 0)) for values in (x, held_out))
    if name in SPARSE:
        assert_nested(nested_of(kind, name), grid(name, 0, kind), x, y, held_out)
    elif name != "boosting":  # it gets none
        assert nested_of(kind, name).together(grid(name, 0, kind), x, y, held_out) is None


LEFT_ALONE = {
    "another solver": ("model", "ridge", {"solver": "lsqr"}, {}),
    "positive": ("model", "ridge", {"positive": True}, {}),
    "single precision": ("model", "ridge", {}, {"dtype": np.float32}),
    "elastic, single precision": ("model", "elastic", {}, {"dtype": np.float32}),
    "elastic, no penalty": ("model", "elastic", {"alpha": 0.0}, {}),
    "elastic, warm start": ("model", "elastic", {"warm_start": True}, {}),
    "no seed": ("model", "forest", {"random_state": None}, {}),
    "out-of-bag": ("model", "forest", {"oob_score": True}, {}),
    "warm start": ("model", "extra_trees", {"warm_start": True}, {}),
    "early stopping": ("model", "boosting", {"early_stopping": True}, {}),
    "boosting, warm start": ("model", "boosting", {"warm_start": True}, {}),
    "another kernel": ("model", "svr", {"kernel": "poly"}, {}),
    "svr, many rows": ("model", "svr", {}, {"rows": nested_models.LARGEST_KERNEL + 1}),
    "kernel ridge, many rows": ("model", "kernel_ridge", {}, {"rows": nested_models.LARGEST_KERNEL + 1}),
    "a kernel that overflows": ("model", "kernel_ridge", {"kernel": "poly", "gamma": 1e20}, {"dtype": np.float32}),
    "two ways to search": ("model", "knn", {}, {"rows": 9}),
    "fewer rows than neighbours": ("model", "knn", {}, {"rows": 4}),
    "another metric": ("model", "knn", {"p": 1}, {}),
    "weights of one's own": ("model", "knn", {"weights": np.exp}, {}),
    "another score": ("encoder", "select", {"score_func": mutual_info_regression}, {}),
    "fewer columns": ("encoder", "select", {}, {"columns": 3}),
    "fewer components": ("encoder", "pca", {}, {"columns": 3}),
    "components at random": ("encoder", "pca", {}, {"rows": 501, "columns": 60}),
    "a share of the variance": ("encoder", "pca", {"n_components": 0.5}, {}),
}


@pytest.mark.filterwarnings("ignore:overflow:RuntimeWarning")
@pytest.mark.parametrize("case", LEFT_ALONE)
def test_leaves_alone_what_it_cannot_guarantee(case):
    kind, name, changes, shape = LEFT_ALONE[case]
    x, y, held_out = plain(shape.get("rows", 60), shape.get("columns", 8))
    x, held_out = (values.astype(shape.get("dtype", float)) for values in (x, held_out))
    estimators = [one.set_params(**changes) for one in grid(name, 0, kind)]
    assert nested_of(kind, name).together(estimators, x, y, held_out) is None


@pytest.mark.parametrize("solver", ["covariance_eigh", "full", "auto"])
@pytest.mark.parametrize("whiten", [False, True])
def test_components_are_the_same_to_the_last_bit(solver, whiten):
    x, y, held_out = plain(rows=200, columns=15)
    x[:, 3] = x[:, 4]
    estimators = [one.set_params(svd_solver=solver) for one in grid("pca", 0, "encoder", whiten=whiten)]
    assert assert_nested(nested_of("encoder", "pca"), estimators, x, y, held_out) == 0


@pytest.mark.parametrize("weights", ["uniform", "distance"])
@pytest.mark.parametrize("columns", [2, 20])
def test_tied_neighbours_are_those_of_a_separate_fit(weights, columns):
    generator = np.random.default_rng(0)
    x, held_out = (generator.integers(0, 2, size=(rows, columns)).astype(float) for rows in (80, 30))
    assert_nested(nested_of("model", "knn"), grid("knn", weights=weights), x, generator.normal(size=80), held_out)


def test_steps_of_support_vectors_are_the_same_although_kernels_are_rounded():
    x, y, held_out = plain(rows=400, columns=40)
    assert assert_nested(nested_of("model", "svr"), grid("svr"), 10 * x, y, 10 * held_out) < 1e-10


def test_forests_on_two_threads_predict_the_same():
    x, y, held_out = plain()
    nested = nested_of("model", "forest")
    one, two = (
        nested.together([forest.set_params(n_jobs=jobs) for forest in grid("forest")], x, y, held_out)
        for jobs in (1, 2)
    )
    assert np.array_equal(one, two)


def counted(monkeypatch, owner, name):
    calls, real = [], getattr(owner, name)

    def count(*values, **options):
        calls.append(name)
        return real(*values, **options)

    monkeypatch.setattr(owner, name, count)
    return calls


@pytest.mark.parametrize(("kind", "name"), [one for one in ALL if one[1] not in ("svr", "kernel_ridge")])
def test_fits_at_most_once(kind, name, monkeypatch):
    estimators = [one for one in grid(name, 0, kind) if getattr(one, "alpha", 1) > 1e-6]
    fitted = type(estimators[0])
    calls = counted(monkeypatch, fitted, "fit_transform" if name == "pca" else "fit")
    assert nested_of(kind, name).together(estimators, *plain()) is not None
    assert len(calls) <= 1


@pytest.mark.parametrize(
    ("name", "function", "expected"), [("svr", "_rbf", 3), ("kernel_ridge", "pairwise_kernels", 2)]
)
def test_computes_each_kernel_once(name, function, expected, monkeypatch):
    calls = counted(monkeypatch, nested_models, function)
    assert nested_of("model", name).together(grid(name), *plain()) is not None
    assert len(calls) == expected


def test_a_tiny_penalty_is_fitted_by_itself(monkeypatch):
    x, y, held_out = plain()
    x[:, 1] = x[:, 0]
    calls = counted(monkeypatch, Ridge, "fit")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        nested_of("model", "ridge").together([Ridge(alpha=alpha) for alpha in (1e-14, 1.0, 10.0)], x, y, held_out)
    assert len(calls) == 1


@pytest.fixture
def own_component():
    def stages(estimators, x, y, held_out):
        sizes = [one.n_estimators for one in estimators]
        fitted = clone(estimators[0]).set_params(n_estimators=max(sizes)).fit(x, y)
        steps = list(fitted.staged_predict(held_out))
        return [steps[size - 1] for size in sizes]

    @component("model", "stages_of_mine", nested=Nested(("n_estimators",), stages))
    def stages_of_mine(n_estimators: int = 10) -> GradientBoostingRegressor:
        """Boosted trees."""
        return GradientBoostingRegressor(n_estimators=n_estimators)

    yield find("model", "stages_of_mine")
    registry._components.pop(("model", "stages_of_mine"))


def test_a_users_component_is_checked_alike(own_component):
    estimators = [seeded(own_component.build(n), 0) for n in (2, 5, 7)]
    assert_nested(own_component.tags["nested"], estimators, *plain())


def test_a_nested_component_without_a_grid_is_told_where_to_write_it(own_component):
    with pytest.raises(AssertionError, match="'stages_of_mine' is nested: write its grid into GRIDS"):
        grid_of("model", own_component.name)


def test_the_check_finds_what_is_not_the_same():
    def wrong(estimators, x, y, held_out):
        return [clone(estimators[-1]).fit(x, y).predict(held_out)] * len(estimators)

    def fits_theirs(estimators, x, y, held_out):
        return [one.fit(x, y).predict(held_out) for one in estimators]

    forests = [RandomForestRegressor(n, random_state=0) for n in (1, 2)]
    assert difference(Nested(("n",), wrong), forests, *plain()) > 1e-3
    with pytest.raises(AssertionError, match="the estimators are not as they were"):
        difference(Nested(("n",), fits_theirs), forests, *plain())


def test_selection_breaks_ties_as_separate_fits_do():
    x, y, held_out = plain(columns=3)
    x, held_out = np.hstack([x, x, x]), np.hstack([held_out, held_out, held_out])
    estimators = [SelectKBest(find("encoder", "select").build().score_func, k=k) for k in (1, 2, 4, 5)]
    assert assert_nested(nested_of("encoder", "select"), estimators, x, y, held_out) == 0
