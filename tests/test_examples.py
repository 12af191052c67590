"""Every example notebook runs, and what it leaves behind can be read anywhere."""

import importlib.util
import json
import re
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest
from nbclient.exceptions import CellExecutionError
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import ElasticNet, LogisticRegression, Ridge
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVR

EXAMPLES = Path(__file__).parents[1] / "examples"
WIDGET = "application/vnd.jupyter.widget-view+json"
SCHEMA = "https://vega.github.io/schema/vega-lite/v5"


def load_runner():
    spec = importlib.util.spec_from_file_location("run_notebook", EXAMPLES / "run_notebook.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


runner = load_runner()


def outputs(notebook):
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


def shown_rows(board):
    """Return the cells of each row of a leaderboard's text, by model."""
    rows = (re.split(r"\s{2,}", line.strip().replace("*", "")) for line in board.splitlines()[1:])
    return {row[1].removesuffix(" (baseline)"): row for row in rows if len(row) > 3}


def check_outputs(notebook):
    """Assert that there are tables and charts, no warnings, no widgets and no address elsewhere."""
    shown = outputs(notebook)
    mimes = [set(output.get("data", {})) for output in shown]
    assert {"text/html", "text/plain"} in mimes
    assert any("application/vnd.vegalite.v5+json" in mime and "text/plain" in mime for mime in mimes)
    assert not any("widget" in name for mime in mimes for name in mime)
    assert [output for output in shown if output.output_type in ("stream", "error")] == []
    for output in shown:
        written = json.dumps({k: v for k, v in output.data.items() if k != "image/png"})
        elsewhere = set(re.findall(r"https?://[^\"'\\ <>)]+", written)) - {"http://www.w3.org/2000/svg"}
        assert not {address for address in elsewhere if not address.startswith((SCHEMA, "http://127.0.0.1:"))}


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """Return the first example with its outputs."""
    return runner.run(EXAMPLES / "01_first_experiment.ipynb", tmp_path_factory.mktemp("first") / "executed.ipynb")


def test_the_first_experiment_runs_and_can_be_read_without_a_kernel(first):
    check_outputs(first)
    with_library = [o for o in outputs(first) if len(o.get("data", {}).get("text/html", "")) > 100_000]
    assert len(with_library) == 1
    assert len(nbformat.writes(first)) < 1_500_000


def test_the_first_experiment_shows_that_fusion_beats_text_alone(first):
    board = next(t for t in runner.texts(first) if t.startswith("rank"))
    order = list(shown_rows(board))
    assert order.index("ridge") < order.index("text_only") < order.index("dummy")


def test_data_of_ones_own_run_with_folds_and_checks(tmp_path):
    notebook = runner.run(EXAMPLES / "03_your_own_data.ipynb", tmp_path / "executed.ipynb")
    check_outputs(notebook)
    texts = list(runner.texts(notebook))
    assert any(text.startswith("The loader Reviews\nPassed: LOAD01") for text in texts)
    assert any("Silenced: MOSI012." in text for text in texts)


def test_long_runs_go_on_where_they_were_and_clusters_are_used(tmp_path):
    notebook = runner.run(EXAMPLES / "04_long_runs_and_clusters.ipynb", tmp_path / "executed.ipynb")
    check_outputs(notebook)
    texts = "\n".join(runner.texts(notebook))
    assert "Its budget, 1s, was used up." in texts
    assert re.search(r"\d+ of 45 fits come from the history", texts)
    assert "took longer than fit_limit, 0.5 s" in texts
    assert "The cores of this machine: " in texts
    assert "1 worker, 2 threads." in texts


def test_the_real_data_give_the_known_figures_from_a_cell(tmp_path, real_mosi, monkeypatch):
    monkeypatch.setenv("MOSI_NB_DATA", str(real_mosi))
    notebook = runner.run(EXAMPLES / "02_real_mosi.ipynb", tmp_path / "executed.ipynb")
    check_outputs(notebook)
    texts = list(runner.texts(notebook))
    ridge = next(t for t in texts if t.startswith("ridge on the locked test (686 segments)"))
    values = dict(re.findall(r"^(\w+) +(-?\d\.\d+)", ridge, re.MULTILINE))
    assert values == {"mae": "1.206", "corr": "0.527", "acc7": "0.191", "acc2_nonneg": "0.692", "acc2_nonzero": "0.701"}
    assert "Trained on 1,284 segments (229 of the valid fold left out)" in ridge
    dummy = next(t for t in texts if t.startswith("dummy on the locked test"))
    assert re.search(r"^mae +1\.464", dummy, re.MULTILINE)


def test_the_real_notebook_says_what_is_missing_where_the_data_are_not_there(tmp_path, monkeypatch):
    monkeypatch.setenv("MOSI_NB_DATA", str(tmp_path / "nowhere"))
    with pytest.raises(CellExecutionError, match="there is no such file"):
        runner.run(EXAMPLES / "02_real_mosi.ipynb", tmp_path / "executed.ipynb")


def test_a_refused_cell_fails_the_notebook_with_one_message(tmp_path):
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})
    notebook.cells = [
        nbformat.v4.new_code_cell("%load_ext mosi_nb"),
        nbformat.v4.new_code_cell("%%mosi_experiment first\ndata = sample()\nmodels = rigde"),
    ]
    nbformat.write(notebook, tmp_path / "bad.ipynb")
    with pytest.raises(CellExecutionError, match="Did you mean 'ridge'"):
        runner.run(tmp_path / "bad.ipynb", tmp_path / "executed.ipynb")
    failed = nbformat.read(tmp_path / "executed.ipynb", 4)
    (error,) = [o for o in outputs(failed) if o.output_type == "error"]
    assert error.ename == "SpecError"
    assert len(error.traceback) == 1


def plain_poria(real_mosi):
    """Return features and sentiment of Poria's train and test fold, by pandas, numpy and scikit-learn alone."""
    table = pd.read_csv(real_mosi / "mosi_utterances.csv")
    with np.load(real_mosi / "mosi_poria_features.npz", allow_pickle=False) as file:
        held = {name: file[name].astype(np.float64) for name in ("text100", "audio73", "video100")}
        assert file["segment_id"].tolist() == table["segment_id"].tolist()
    train = (table["fold_poria"] == "train").to_numpy()
    blocks = []
    for values in held.values():
        chain = make_pipeline(SimpleImputer(), StandardScaler()).fit(values[train])
        blocks.append(chain.transform(values) / np.sqrt(values.shape[1]))
    # Thirds are written as float32; six digits, as everywhere in the package, tell the same labels.
    return np.hstack(blocks), table["label"].to_numpy().round(6), train


PLAIN = {
    "ridge": Ridge(),
    "elastic": ElasticNet(alpha=0.001, l1_ratio=0.5, max_iter=5000, random_state=0),
    "svr": SVR(),
    "knn": KNeighborsRegressor(25, weights="distance"),
    "forest": RandomForestRegressor(100, max_features=0.1, min_samples_leaf=3, random_state=0),
    "boosting": HistGradientBoostingRegressor(
        max_iter=100, learning_rate=0.05, max_leaf_nodes=15, early_stopping=False, random_state=0
    ),
}


def test_working_in_the_notebook_waits_for_no_click_and_leaves_no_dead_widget(tmp_path):
    notebook = runner.run(EXAMPLES / "06_working_in_the_notebook.ipynb", tmp_path / "executed.ipynb")
    shown = {cell.source.split("\n")[0]: cell.outputs for cell in notebook.cells if cell.cell_type == "code"}
    widgets = {source for source, held in shown.items() for one in held if WIDGET in one.get("data", {})}
    assert widgets == {"%mosi_form", "%mosi_form small", "small.choose()"}
    for source in widgets:  # what a page without a kernel shows
        assert any("<table" in html or "<pre" in html for html in (o.data.get("text/html", "") for o in shown[source]))
    assert [one for one in outputs(notebook) if one.output_type in ("stream", "error")] == []
    background = shown["%%mosi_experiment small --background"]
    assert [text.split()[0] for text in (o.data["text/plain"] for o in background)][:2] == ["rank", "mae"]
    assert "24 of 24" in shown["%mosi_history"][0].data["text/plain"]
    assert "24 of 24 fits come from the history" in shown["%mosi_attach small"][0].data["text/plain"]


@pytest.mark.slow
def test_models_of_every_kind_have_the_figures_of_plain_scikit_learn(tmp_path, real_mosi, monkeypatch):
    monkeypatch.setenv("MOSI_NB_DATA", str(real_mosi))
    notebook = runner.run(EXAMPLES / "05_models_of_every_kind.ipynb", tmp_path / "executed.ipynb")
    check_outputs(notebook)
    board = [text for text in runner.texts(notebook) if text.startswith("rank")][-1]
    shown = shown_rows(board)

    features, sentiment, train = plain_poria(real_mosi)
    expected = {
        name: plain.fit(features[train], sentiment[train]).predict(features[~train]) for name, plain in PLAIN.items()
    }
    expected["svr_audio"] = SVR().fit(features[train, 100:173], sentiment[train]).predict(features[~train, 100:173])
    classes = np.round(np.clip(sentiment[train], -3, 3))
    logistic = LogisticRegression(max_iter=1000, random_state=0).fit(features[train], classes)
    centres = np.array([sentiment[train][classes == c].mean() for c in logistic.classes_])
    expected["logistic"] = logistic.predict_proba(features[~train]) @ centres
    expected["dummy"] = np.full((~train).sum(), sentiment[train].mean())
    for name, predicted in expected.items():
        values = [value for value in shown[name] if re.fullmatch(r"-?\d\.\d{3}", value)]
        assert float(values[0]) == pytest.approx(np.abs(predicted - sentiment[~train]).mean(), abs=6e-4), name
        if name != "dummy":
            assert float(values[1]) == pytest.approx(np.corrcoef(predicted, sentiment[~train])[0, 1], abs=6e-4), name
