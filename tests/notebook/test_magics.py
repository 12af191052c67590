import subprocess
import sys

from mosi_nb import Model, SpecError, parse
from mosi_nb.notebook.template import template

SMALL = "data = data_8\nmodels = ridge\nbaselines = none\nmodalities = text\nfolds = by_video(2)\n"


def test_loading_twice_is_safe_and_unloading_leaves_nothing_behind(shell):
    shell.run("%unload_ext mosi_nb")
    magics = shell.ipython.magics_manager.magics
    formats = shell.ipython.display_formatter.mimebundle_formatter.deferred_printers
    before = {kind: set(held) for kind, held in magics.items()}, dict(formats)
    cleanup = list(shell.ipython.input_transformers_cleanup)
    shell.run("%load_ext mosi_nb\n%reload_ext mosi_nb")
    assert "mosi_experiment" in magics["cell"]
    shell.run("%unload_ext mosi_nb")
    assert ({kind: set(held) for kind, held in magics.items()}, dict(formats)) == before
    assert shell.ipython.input_transformers_cleanup == cleanup


def test_loading_imports_no_more_than_names_need_and_starts_no_cluster():
    code = (
        "import sys; from IPython.core.interactiveshell import InteractiveShell as S; s = S();"
        "s.run_line_magic('load_ext', 'mosi_nb');"
        "print([m for m in ('distributed', 'altair', 'ipywidgets', 'skops', 'mosi_nb.run') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_cell_trains_and_binds_a_model_and_shows_its_leaderboard(shell):
    shown, error = shell.run(f"%%mosi_experiment first\n{SMALL}")
    assert error is None
    assert isinstance(shell.names["first"], Model)
    assert "ridge" in shown
    assert "mae ↓" in shown


def test_quiet_shows_nothing(shell):
    shown, error = shell.run(f"%%mosi_experiment first --quiet\n{SMALL}")
    assert (shown, error) == ("", None)
    assert isinstance(shell.names["first"], Model)


def test_plan_shows_what_would_run_and_runs_nothing(shell):
    shown, error = shell.run(f"%%mosi_experiment first --plan\n{SMALL}")
    assert error is None
    assert "Nothing was run." in shown
    assert "1 candidate, 2 fits" in shown
    assert "first" not in shell.names


def test_without_a_body_a_cell_to_begin_with_is_shown(shell):
    shown, _ = shell.run("%mosi_experiment mine")
    assert shown == template("mine")
    assert parse("\n".join(shown.splitlines()[1:])).models


def test_help_holds_a_complete_example(shell):
    shown, error = shell.run("%mosi_experiment --help")
    assert error is None
    assert template("first") in shown
    assert "--on-error keep" in shown
    for text in (
        "--again  ",
        "--background  ",
        "--cluster NAME  ",
        "fusion = ",
        "ensemble = ",
        "thresholds = ",
        "calibrate=sigmoid  ",
    ):
        assert f"\n  {text}" in shown
    for text in ("\n  search = random(30) ", "grid, none, halving, tpe", '\n  checkpoint = "30s"  '):
        assert text in shown


def test_a_wrong_flag_is_an_error_that_fails_the_notebook(shell):
    error = shell.refused(f"%%mosi_experiment first --plam\n{SMALL}")
    assert isinstance(error, SpecError)
    assert str(error).startswith("%%mosi_experiment: ")
    assert "--plam. Did you mean '--plan'?" in str(error)
    assert "%mosi_history: unrecognized arguments: --cel. Did you mean '--cell'?" in str(
        shell.refused("%mosi_history 1 --cel")
    )


def test_the_help_of_a_cell_needs_no_body(shell):
    shown, error = shell.run("%%mosi_experiment --help")
    assert error is None
    assert template("first") in shown


def test_the_result_needs_a_name_that_can_be_one(shell):
    assert "the result needs a name" in str(shell.refused(f"%%mosi_experiment\n{SMALL}"))
    assert "'1st' cannot be the name" in str(shell.refused(f"%%mosi_experiment 1st\n{SMALL}"))
    assert "'class' cannot be the name" in str(shell.refused(f"%%mosi_experiment class\n{SMALL}"))


def test_a_cluster_that_is_not_there_is_told_with_the_nearest_variable(shell):
    shell.names["my_cluster"] = "tcp://127.0.0.1:1"
    refused = str(shell.refused(f"%%mosi_experiment first --cluster my_clster\n{SMALL}"))
    assert "Did you mean 'my_cluster'?" in refused


def test_an_error_is_one_short_message_with_its_line(shell):
    error = shell.refused(f"%%mosi_experiment first\n{SMALL}seeed = 1")
    assert isinstance(error, ValueError)
    assert "Traceback" not in shell.printed
    assert "line 6: unknown key: 'seeed'. Did you mean 'seed'?" in shell.printed
    assert "^^^^^" in shell.printed


def test_braces_and_dollars_in_a_cell_are_left_alone(shell):
    shell.names["x"] = "svr"
    shown, error = shell.run(f"%%mosi_experiment first --plan\n{SMALL}# {{x}} $x {{x.nothing}}")
    assert error is None
    assert "svr" not in shown


def test_variables_of_the_notebook_stand_for_models_and_metrics(shell):
    shell.run("from sklearn.linear_model import Ridge\nmy_net = Ridge(5.0)")
    shell.run("def near(sentiment, predicted):\n    return (abs(sentiment - predicted) < 1).mean()")
    cell = "%%mosi_experiment mine\ndata = data_8\nmodalities = text\nmodels = my_net\nmetrics = near, mae"
    shown, error = shell.run(cell)
    assert error is None
    assert list(shell.names["mine"].models) == ["dummy", "my_net"]
    assert "near ↑" in shown


def test_a_name_that_nobody_knows_is_refused_with_the_nearest(shell):
    error = shell.refused("%%mosi_experiment mine\ndata = data_8\nmodels = rigde")
    assert "line 2: unknown model: 'rigde'. Did you mean 'ridge'?" in str(error)
