import pytest

from mosi_nb import ClusterError, FitError
from mosi_nb.notebook.show import Live

FAILS = """
from sklearn.linear_model import Ridge

class Fails(Ridge):
    def fit(self, X, y):
        if X.shape[0] > 130:
            raise ArithmeticError("too many rows")
        return super().fit(X, y)
"""
CELL = "data = data_24\nmodels = ridge, Fails\nbaselines = none\nmodalities = text\nfolds = by_video(2)"


def test_the_first_fit_that_fails_ends_the_run_with_its_own_traceback(shell):
    shell.run(FAILS)
    error = shell.refused(f"%%mosi_experiment mine\n{CELL}")
    assert isinstance(error, FitError)
    assert str(error).startswith("Fails, fold ")
    assert "ArithmeticError: too many rows" in str(error)
    assert 'raise ArithmeticError("too many rows")' in str(error) or "in fit" in str(error)
    assert "mosi_nb/run/fit.py" not in str(error)


def test_failures_are_kept_as_rows_on_request(shell):
    shell.run(FAILS)
    shown, error = shell.run(f"%%mosi_experiment mine --on-error keep\n{CELL}")
    assert error is None
    frame = shell.names["mine"].leaderboard().frame()
    assert frame.loc["Fails", "status"] == "failed"
    assert frame.loc["ridge", "status"] == "done"
    assert "too many rows" in shown


@pytest.mark.parametrize("error", [KeyboardInterrupt, FitError])
def test_what_is_finished_is_kept_when_a_run_is_ended(shell, monkeypatch, error):
    def interrupt(live, model, state):
        if state.fits:
            raise error

    monkeypatch.setattr(Live, "__call__", interrupt)
    cell = "data = data_24\nmodels = ridge(alpha=[1, 2, 3])\nmodalities = text\nfolds = by_video(8)"
    shown, raised = shell.run(f"%%mosi_experiment mine\n{cell}")
    assert isinstance(raised, error)
    model = shell.names["mine"]
    assert 0 < len(model.results.fits) < model.results.expected == 32
    assert "Stopped after" in shown


def test_a_run_that_never_began_binds_nothing(shell):
    shell.refused("%%mosi_experiment mine\ndata = 'nowhere.csv'\nmodels = ridge")
    assert "mine" not in shell.names


def test_a_cluster_is_tried_as_long_as_the_settings_say(shell):
    shell.run("%config MosiMagics.timeout = 0.2")
    error = shell.refused(f"%%mosi_experiment mine --cluster tcp://127.0.0.1:1\n{CELL.replace(', Fails', '')}")
    assert isinstance(error, ClusterError)
    assert "0.2 s" in str(error)
