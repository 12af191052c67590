"""Searches that are told what came out: halving and tpe."""

import importlib.util
import warnings

import numpy as np
import optuna
import pytest

from mosi_nb.components import tpe as module
from mosi_nb.components.search import SpaceError, halving, tpe
from mosi_nb.components.spaces import Space, integers, log, uniform
from mosi_nb.components.tpe import Tried
from mosi_nb.errors import MissingExtraError

SVR = {"C": Space((0.1, 1, 10, 100)), "gamma": Space(("scale", 0.001, 0.01))}


def asked(search, spaces, value, seed=0):
    """Ask until nothing more is asked for."""
    tried, new = [], search(spaces, seed)
    while new:
        tried += [Tried(params, value(params)) for params in new]
        new = search.ask(spaces, tried, seed)
    return tried


def test_halving_begins_with_the_grid_or_with_a_draw():
    assert len(halving()(SVR, 0)) == 12
    assert len(halving(5)(SVR, 0)) == 5
    assert len(halving(5)({"alpha": log(0.1, 10.0)}, 0)) == 5
    with pytest.raises(SpaceError, match="halving needs to know how many values to try for 'alpha'") as caught:
        halving()({"alpha": log(0.1, 10.0)}, 0)
    assert "or search = halving(30)" in str(caught.value)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: halving(0), r"halving\(n\) wants n from 1 to 10,000, found 0"),
        (lambda: halving(level=0.0), "halving wants a level between 0 and 1, found 0"),
        (lambda: tpe(0), r"tpe\(n\) wants n from 1 to 10,000, found 0"),
        (lambda: tpe(level=1.0), "tpe wants a level between 0 and 1, found 1"),
        (lambda: tpe(batch=0), "tpe wants a batch of at least 1, found 0"),
    ],
)
def test_searches_without_sense_are_refused(make, told):
    with pytest.raises(ValueError, match=told):
        make()


def test_tpe_finds_the_better_values_and_asks_for_none_twice():
    tried = asked(tpe(30, batch=5), {"alpha": log(1e-4, 1e4)}, lambda params: (np.log10(params["alpha"]) - 1) ** 2)
    alphas = [one.params["alpha"] for one in tried]
    assert len(set(alphas)) == 30
    assert all(1e-4 <= alpha <= 1e4 for alpha in alphas)
    errors = [abs(np.log10(alpha) - 1) for alpha in alphas]
    assert np.median(errors[10:]) < np.median(errors[:5])
    assert min(errors) < 0.1


def test_a_finite_space_is_exhausted_and_then_the_search_stops():
    for number in (100, 12, 7):
        tried = asked(tpe(number, batch=4), SVR, lambda params: params["C"])
        assert len({str(one.params) for one in tried}) == len(tried) == min(number, 12)
    assert len(asked(tpe(50), {}, lambda _: 0.0)) == 1
    assert len(asked(tpe(9), {"n": integers(1, 20), "k": Space((3,))}, lambda params: params["n"])) == 9
    assert len(asked(tpe(9), {"C": uniform(1.0, 1.0000001)}, lambda _: 0.0)) == 1  # nothing else to draw


def test_the_same_values_are_asked_for_again_by_the_same_seed():
    def value(params):
        return abs(params["alpha"] - 3)

    spaces = {"alpha": uniform(0.0, 10.0)}
    first, second, other = (asked(tpe(12), spaces, value, seed) for seed in (1, 1, 2))
    assert first == second
    assert first != other


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_failed_and_dropped_candidates_are_told_too(value):
    spaces = {"alpha": log(0.01, 100.0), "kernel": Space(("rbf", "linear"))}
    search = tpe(12, batch=4)
    tried = [Tried(params, value, dropped=n % 2 == 0) for n, params in enumerate(search(spaces, 0))]
    assert len(search.ask(spaces, tried, 0)) == 4


def test_optuna_says_nothing_and_keeps_its_settings(capfd):
    before = optuna.logging.get_verbosity()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        asked(tpe(10, batch=5), SVR, lambda params: params["C"])
    assert optuna.logging.get_verbosity() == before
    assert capfd.readouterr() == ("", "")


def test_without_optuna_the_line_that_installs_it_is_told(monkeypatch):
    monkeypatch.setattr(module, "find_spec", lambda name: None if name == "optuna" else importlib.util.find_spec(name))
    with pytest.raises(MissingExtraError, match=r'search = tpe needs .* optuna.*\n.*pip install "mosi_nb\[optuna\]"'):
        tpe()
