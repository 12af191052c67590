"""What Tab suggests on the line of a magic."""

import pytest
from IPython.core.completer import provisionalcompleter

from mosi_nb import Model


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


def test_saved_models_and_what_was_written_already(shell, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("best.mosi", "data.csv", ".hidden.mosi"):
        (tmp_path / name).touch()
    (tmp_path / "older").mkdir()
    found = suggested(shell, "%mosi_load ")
    assert {name: kind for name, kind in found.items() if kind == "path"} == {"best.mosi": "path", "older/": "path"}
    assert "--plan" not in suggested(shell, "%%mosi_experiment first --plan --")
