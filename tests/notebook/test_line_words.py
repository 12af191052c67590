"""What Tab suggests on the line of a magic."""

import pytest
from IPython.core.completer import provisionalcompleter

from mosi_nb import Model
from mosi_nb.storage import History


def suggested(shell, line):
    with provisionalcompleter():
        found = shell.ipython.Completer.completions(line, len(line))
        return {one.text: one.type for one in found}


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("%%mosi_experiment first --pl", {"--plan": "flag"}),
        ("%%mosi_experiment first --on-error ", {"stop": "value", "keep": "value"}),
        ("%%mosi_experiment first --cluster ", {"lab_cluster": "variable"}),
        ("%%mosi_experiment fi", {"first": "variable"}),
        ("%mosi_cluster n", {"none": "value"}),
        ("%mosi_cluster lab", {"lab_cluster": "variable"}),
        ("%mosi_cluster --timeout ", {}),
        ("%mosi_components enc", {"encoder": "kind"}),
        ("%mosi_components encoder pc", {"pca": "encoder"}),
        ("%mosi_form fi", {"first": "variable"}),
        ("x = 1\n%mosi_components space lo", {"log": "space"}),
    ],
)
def test_flags_their_values_and_variables(shell, line, wanted):
    shell.names.update(lab_cluster="tcp://127.0.0.1:8786", word="tcp", first=Model("mosi.csv", "ridge"))
    assert suggested(shell, line) == wanted


def test_the_newest_runs_are_offered_and_none_is_begun_for_that(shell, tmp_path, monkeypatch):
    path = tmp_path / "history.sqlite"
    monkeypatch.setenv("MOSI_NB_HISTORY", str(path))
    assert suggested(shell, "%mosi_history ") == dict.fromkeys(["--cell", "--forget", "--help"], "flag")
    assert not path.exists()
    with History(path) as history:
        for name in [*(f"old_{number}" for number in range(20)), "first", None, "first"]:
            history.begin("models = ridge", "", 1, name)
        assert suggested(shell, "%mosi_attach fi") == {"first": "run"}  # while somebody has it open
        assert list(suggested(shell, "%mosi_history --forget "))[:3] == ["first", "old_19", "old_18"]
    assert suggested(shell, "%mosi_history 2") == {"23": "run", "22": "run", "21": "run", "20": "run"}
    path.write_bytes(b"no history")
    assert suggested(shell, "%mosi_history f") == {}
    monkeypatch.setenv("MOSI_NB_HISTORY", "none")
    assert suggested(shell, "%mosi_history f") == {}


def test_saved_models_and_what_was_written_already(shell, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("best.mosi", "data.csv", ".hidden.mosi"):
        (tmp_path / name).touch()
    (tmp_path / "older").mkdir()
    found = suggested(shell, "%mosi_load ")
    assert {name: kind for name, kind in found.items() if kind == "path"} == {"best.mosi": "path", "older/": "path"}
    assert "--plan" not in suggested(shell, "%%mosi_experiment first --plan --")
