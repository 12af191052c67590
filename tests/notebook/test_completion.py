"""Completion and help through the kernel's protocol, under ipykernel 6 and 7."""

import pytest
from IPython.core.completer import provisionalcompleter

CELL = "%%mosi_experiment first\n"


def completed(kernel, text):
    """Return what is suggested where | is, as a dict from text to type, and the stretch that it replaces."""
    reply = kernel.complete(text if "|" in text else f"{text}|")
    types = reply["metadata"]["_jupyter_types_experimental"]
    found = {one["text"]: one["type"] for one in types}
    assert list(found) == reply["matches"]
    code = text.replace("|", "")
    return found, code[reply["cursor_start"] : reply["cursor_end"]]


def test_the_kernel_is_the_one_that_was_asked_for(kernel):
    major = kernel.execute("import ipykernel; print(ipykernel.__version__)").text
    assert major.startswith(f"{kernel.ipykernel}.")


def test_tab_in_a_cell_before_anything_has_run(kernel):
    assert completed(kernel, f"{CELL}models = svr(ker") == ({"kernel=": "parameter"}, "ker")
    assert completed(kernel, f"{CELL}mod|\nfolds = by_video(5)") == (
        {"modalities = ": "key", "models = ": "key"},
        "mod",
    )
    found, replaced = completed(kernel, f"\n{CELL}models = ")
    assert replaced == ""
    assert set(found.values()) == {"model"}
    assert completed(kernel, f"{CELL}models = ridge # mo") == ({}, "")  # and nothing from elsewhere


def test_tab_knows_variables_and_paths_and_flags(kernel, tmp_path):
    (tmp_path / "mosi.csv").touch()
    (tmp_path / "notes.md").touch()
    assert kernel.execute("from sklearn.linear_model import Ridge as R\nmy_net = R()").error is None
    assert completed(kernel, f"{CELL}models = my_") == ({"my_net": "variable"}, "my_")
    assert completed(kernel, f'{CELL}data = "{tmp_path}/|"') == ({f"{tmp_path}/mosi.csv": "path"}, f"{tmp_path}/")
    assert completed(kernel, "%%mosi_experiment first --on|\nmodels = ridge")[0] == {"--on-error": "flag"}
    assert completed(kernel, "x = 1\n%mosi_components model sv")[0] == {"svr": "model", "svc": "model"}


def test_tab_elsewhere_is_that_of_ipython(kernel):
    found, _ = completed(kernel, "# %%mosi_experiment first\nmodels = ")
    assert "data = " not in found
    assert "print" in found
    assert "import" in completed(kernel, "impor")[0]


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("models = sv|r(kernel=rbf)", "svr (model)\nSupport vector regression."),
        ("models = sv|r", "svr (model)"),
        ("models = svr(ker|nel=rb", "kernel (parameter of model svr)\n"),
        ("fol|ds = ", "folds (key)\n"),
    ],
)
def test_shift_tab_in_a_cell_shows_our_help(kernel, cell, wanted):
    reply = kernel.inspect(CELL + cell)
    assert reply["found"]
    assert reply["data"]["text/plain"].startswith(wanted)


def test_shift_tab_elsewhere_is_that_of_ipython(kernel):
    kernel.execute("ridge = 1\nmine = {}")
    assert "int" in kernel.inspect("rid|ge")["data"]["text/plain"]
    assert not kernel.inspect("sv|r")["found"]
    assert "dict" in kernel.inspect(f"{CELL}data = mi|ne")["data"]["text/plain"]


def test_it_is_switched_off_by_a_setting_and_taken_away_by_unloading(kernel):
    kernel.execute("%config MosiMagics.completion = False")
    assert "kernel=" not in completed(kernel, f"{CELL}models = svr(ker")[0]
    kernel.execute("%config MosiMagics.completion = True\n%reload_ext mosi_nb")
    assert "kernel=" in completed(kernel, f"{CELL}models = svr(ker")[0]
    kernel.execute("%unload_ext mosi_nb")
    assert "kernel=" not in completed(kernel, f"{CELL}models = svr(ker")[0]
    assert not kernel.inspect(f"{CELL}models = sv|r")["found"]
    held = "k = get_ipython().kernel; print('do_inspect' in vars(k), get_ipython().Completer.custom_matchers)"
    assert kernel.execute(held).text.strip() == "False []"
    assert kernel.execute("%load_ext mosi_nb").error is None


def test_a_component_that_cannot_be_read_makes_no_noise(shell):
    shell.run("from mosi_nb import component")
    shell.run("@component('model', 'odd_one')\ndef odd(x: 'Nowhere' = 1):\n    'Odd.'")
    code = f"{CELL}models = odd_one("
    with provisionalcompleter():
        list(shell.ipython.Completer.completions(code, len(code)))
    assert shell.run("1")[1] is None
