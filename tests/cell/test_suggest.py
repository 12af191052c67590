"""What could be written at the cursor; it stands where | is."""

import pytest

from mosi_nb.cell.suggest import suggest
from mosi_nb.registry import KINDS, component, names


def suggested(text, **namespace):
    """Return what is suggested as a dict from text to type; the cursor stands at |, or at the end."""
    cursor = text.index("|") if "|" in text else len(text)
    return {one.text: one.type for one in suggest(text.replace("|", ""), cursor, namespace)[1]}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", "data = "),
        ("mo", "modalities = , models = "),
        ("models = ridge\nmo", "modalities = "),
        ("mo|\nmodels = ridge", "modalities = "),
        ("fol| = by_video(5)", "folds"),
        ("fusion = ", "early, late, both"),
        ("models = sv", "svr, svc"),
        ("models = ridge, el", "elastic"),
        ("models = [ridge, el", "elastic"),
        ("models = [\n    ridge,\n    el|\n]\nseed = 0", "elastic"),
        ("models = RID", "ridge"),
        ("baselines = ", "dummy, majority, text_only, lexicon("),
        ("text = tf", "tfidf"),
        ("audio = scale, ", "pool, impute, scale, pca, select"),
        ("folds = by_", "by_video, by_speaker("),
        ("test = ", "standard, holdout, none"),
        ("ensemble = me", "mean, median"),
        ("modalities = text, ", "audio, video"),
        ("metrics = mae, cor", "corr, corr_nonzero_mag"),
        ("thresholds = ac", "acc7, acc5, acc3, acc2_nonneg, acc2_nonzero"),
        ("silence = MOSI01", "MOSI011, MOSI012, MOSI010, MOSI013, MOSI014, MOSI015"),
        ("nested = ", "on, off"),
        ("ablate = ", "modalities, none"),
        ("ablate = modalities(", "search=, candidate="),
        ("ablate = modalities(search=", "on, off"),
        ("budget = ", '"30s", "10min", "1h"'),
        ('budget = "', "30s, 10min, 1h"),
    ],
)
def test_a_key_and_what_stands_behind_it(text, wanted):
    found = list(suggested(text))
    assert ", ".join(found)[: len(wanted)] == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("models = ridge(", "alpha="),
        ("models = ridge(al|pha=1)", "alpha"),
        ("models = svr(C=1, g", "gamma="),
        ("models = svr(|, kernel=rbf)", "C=, gamma=, epsilon="),
        ("models = ridge(|), svr(C=1)", "alpha="),
        ("models = ridge(al|\nfolds = by_video(5)", "alpha="),
        ("models = svr(1, ", "kernel=, gamma=, epsilon=, rbf, linear, poly, sigmoid"),
        ("models = svr(kernel=", "rbf, linear, poly, sigmoid, choice("),
        ("models = svr(kernel=[rbf, ", "linear, poly, sigmoid"),
        ("models = svr(kernel=choice(rbf, ", "linear, poly, sigmoid"),
        ('models = svr(kernel="po', "poly"),
        ("models = ridge(alpha=", "1.0, log(, uniform(, choice("),
        ("models = knn(n_neighbors=", "25, log(, integers(, choice("),
        ("models = ridge(alpha=log(", "low=, high=, n="),
        ("audio = scale(block=", "True, False, choice("),
        ("audio = impute(", "strategy=, mean, median, most_frequent, zero"),
        ("audio = pool(mean, s", "std"),
        ("text = tfidf(stop_words=", "english, None, choice("),
        ("folds = standard(judged=", "valid, test"),
        ("folds = by_video(k=", "5"),
        ("search = halving(against=", "model, all"),
        ("fusion = late(combine=w", "weighted"),
        ("ensemble = stack(ri", "ridge"),
        ("ensemble = stack(ridge(", "alpha="),
        ("models = ridge, svr, ridge\nensemble = mean(members=[svr, ", "ridge, ridge_2"),
    ],
)
def test_parameters_and_values(text, wanted):
    assert ", ".join(suggested(text)) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "models = ridge ",
        "models = ridge # al",
        "seed = 1",
        "models = ridge(alpha=1 ",
        "unknown = ",
        "jobs = -",
        "models ",
        "models = nobody(",
    ],
)
def test_nothing_where_nothing_could_stand(text):
    assert suggested(text) == {}


def test_each_has_a_type():
    kinds = {
        "sample": "data",
        "tfidf": "encoder",
        "svr": "model",
        "corr": "metric",
        "by_video": "folds",
        "grid": "search",
    }
    keys = {"data": "sa", "text": "tf", "models": "sv", "metrics": "co", "folds": "by", "search": "gr"}
    for (name, kind), (key, begun) in zip(kinds.items(), keys.items(), strict=True):
        assert suggested(f"{key} = {begun}")[name] == kind
    assert set(suggested("models = ridge(alpha=").values()) == {"default", "space"}
    assert set(suggested("metrics = neg_mean_abs").values()) == {"scorer"}
    assert suggested("models = svr(")["C="] == "parameter"


def test_variables_that_could_stand_there():
    class Net:
        def fit(self, features, sentiment): ...
        def predict(self, features): ...

    class Broken:
        @property
        def fit(self):
            message = "computed, and fails"
            raise RuntimeError(message)

    mine = {
        "net": Net(),
        "who": {"v1": "Ann"},
        "number": 3,
        "broken": Broken(),
        "_hidden": Net(),
        "near": lambda a, b: 1,
    }
    assert [name for name, kind in suggested("models = ", **mine).items() if kind == "variable"] == ["net"]
    assert [name for name, kind in suggested("metrics = ", **mine).items() if kind == "variable"] == ["near"]
    assert [name for name, kind in suggested("data = ", **mine).items() if kind == "variable"] == ["who"]
    assert suggested("folds = by_speaker(speakers=", **mine) == {"who": "variable"}


def test_parameters_of_an_estimator_of_the_notebook():
    from sklearn.linear_model import HuberRegressor

    wanted = {"epsilon=": "parameter"}
    assert suggested("models = net(ep", net=HuberRegressor()) == wanted
    assert suggested("models = HuberRegressor(ep", HuberRegressor=HuberRegressor) == wanted


def test_a_component_of_ones_own_appears_by_itself():
    @component("model", "mine_suggested")
    def mine(depth: int = 3, *, deep: bool = False):
        """Something of mine."""

    assert suggested("models = mine_s") == {"mine_suggested": "model"}
    assert list(suggested("models = mine_suggested(de")) == ["depth=", "deep="]


@pytest.mark.parametrize(
    ("text", "begun"),
    [
        ('data = "da', "da"),
        ('data = read("da', "da"),
        ('data = read("mosi.csv", audio="au', "au"),
        ("folds = file('fo", "fo"),
        ('folds = by_speaker("', ""),
    ],
)
def test_paths_behind_a_quote(text, begun):
    asked = []
    written, found = suggest(text, len(text), {}, lambda beginning: asked.append(beginning) or [f"{beginning}x.csv"])
    assert asked == [begun]
    assert (written, found[0].text, found[0].type) == (begun, f"{begun}x.csv", "path")


def test_no_text_and_no_cursor_is_too_odd():
    whole = 'models = [ridge(alpha=log(0.1, 10)), svr(kernel=["rbf"\n}]\n\tdata == "é\\", {1: 2} # x\n=,(é'
    for end in range(len(whole) + 1):
        for cursor in range(end + 1):
            written, found = suggest(whole[:end], cursor, {})
            assert whole[:cursor].endswith(written)
            assert all(one.text and one.type for one in found)


def test_every_name_is_suggested_somewhere():
    keys = {"data": "data", "encoder": "text", "model": "models", "metric": "metrics"}
    for kind in KINDS:
        text = "models = mlp(alpha=" if kind == "space" else f"{keys.get(kind, kind)} = "
        found = {one.rstrip("(") for one in suggested(text)}
        assert set(names(kind)) - {"integers", "fixed"} <= found
