"""How a run went, as numbers: time against score, the timeline, failures."""

import dataclasses

from mosi_nb.compare.failures import failures
from mosi_nb.compare.timeline import timeline, utilisation
from mosi_nb.compare.times import times


def timed(results, **by_model):
    """Return results with seconds of a fit by model."""
    fits = (dataclasses.replace(fit, fit_seconds=by_model[fit.model]) for fit in results.fits)
    return dataclasses.replace(results, fits=tuple(fits))


def test_the_front_is_what_no_other_beats_in_both(results_of):
    noise = {("quick", 0): 2.0, ("good", 1): 0.5, ("neither", 2): 1.5, ("given", 3): 0.1}
    results = timed(results_of(noise), quick=0.1, good=5.0, neither=9.0, given=0.0)
    frame = times(results, 4, results.metrics["mae"])
    assert frame["model"].tolist() == ["quick", "good", "neither", "given"]
    # what was not fitted here took no time, and beats nobody by that
    assert frame["front"].tolist() == [True, True, False, False]
    assert (frame["low"] <= frame["score"]).all()


def test_a_family_is_one_bar_and_what_was_resumed_is_none(results_of):
    results = results_of({("ridge", 0): 1.0, ("ridge", 1): 1.0})
    same_fold = results.fits[0], results.fits[4]
    here = {"worker": "tcp://a:1", "started": 1e9}
    together = [dataclasses.replace(one, ended=1e9 + 2 + n / 1e6, **here) for n, one in enumerate(same_fold)]
    old = dataclasses.replace(results.fits[1], worker="tcp://a:1", started=1.0, ended=2.0, resumed=True)
    units = timeline(dataclasses.replace(results, fits=(*together, old)))
    assert units[["lane", "candidates", "fold", "start"]].values.tolist() == [["worker 1", 2, "fold 1", 0.0]]
    assert utilisation(units) == 1.0


def test_a_worker_that_does_two_things_at_a_time_has_two_lanes(results_of):
    fits = results_of({("ridge", 0): 1.0}).fits[:3]
    spans = [(0, 4), (1, 2), (2, 4)]
    held = [
        dataclasses.replace(fit, worker="tcp://a:1", started=1e9 + s, ended=1e9 + e)
        for fit, (s, e) in zip(fits, spans, strict=True)
    ]
    units = timeline(dataclasses.replace(results_of({("ridge", 0): 1.0}), fits=tuple(held)))
    assert units["lane"].tolist() == ["worker 1", "worker 1 · 2", "worker 1 · 2"]
    assert utilisation(units) == 7 / 8


def test_fits_that_fail_for_one_reason_are_one_row_and_warnings_another(results_of):
    results = results_of({("net", 0): None, ("svr", 1): 1.0})
    trace = '  File "lib/nets.py", line 7, in fit\n    raise ValueError()\n  File "deeper.py", line 1, in f\n'
    said = [
        {"traceback": trace} if fit.model == "net" else {"warnings": (f"gap {n}.5e-3",)}
        for n, fit in enumerate(results.fits)
    ]
    fits = [dataclasses.replace(fit, **told) for fit, told in zip(results.fits, said, strict=True)]
    frame = failures(dataclasses.replace(results, fits=tuple(fits)))
    assert frame[["model", "kind", "fits", "of"]].values.tolist() == [["net", "failed", 4, 4], ["svr", "warning", 4, 4]]
    assert frame["frame"].tolist() == ["nets.py, line 7, in fit: raise ValueError()", ""]
    assert frame["folds"][0] == "fold 1, fold 2, fold 3, fold 4"


def test_without_fits_there_is_nothing_and_no_error(results_of):
    none = results_of({})
    assert times(none, 4, none.metrics["mae"]).empty
    assert timeline(none).empty
    assert failures(none).empty
