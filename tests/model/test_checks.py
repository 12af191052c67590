import pytest

from mosi_nb import DataIterator, Model


def codes(model):
    return [finding.check.code for finding in model.checks().fired]


def test_checks_of_a_plan_come_without_a_run(data):
    assert codes(Model(data, models="ridge")) == ["MOSI004"]


def test_checks_of_a_run_come_with_those_of_its_plan(model):
    frame = model.checks().frame().set_index("code")
    assert {"MOSI001", "MOSI014"} <= set(frame.index)
    assert frame.loc["MOSI014", "status"] == "not judged"  # too few videos


def test_silenced_codes_reach_both(quick):
    fitted = quick("ridge(alpha=[0.0001, 0.001, 1000000])", silence=["MOSI015"]).fit()
    assert codes(fitted) == []
    assert codes(quick("ridge(alpha=[0.000001, 0.00001, 0.0001])").fit()) == ["MOSI015"]


def test_warnings_stand_under_the_leaderboard_and_further_openings_count(quick):
    fitted = quick("ridge").fit()
    assert "Checks that fired" not in repr(fitted.leaderboard())
    for _ in range(2):
        fitted.evaluate(test=True)
    assert "Checks that fired: MOSI010 the locked test was opened more than once." in repr(fitted.leaderboard())


@pytest.mark.slow
def test_poria_features_are_told_on_the_standard_folds_and_honest_ones_are_not(real_mosi, cluster):
    table, features = real_mosi / "mosi_utterances.csv", real_mosi / "mosi_poria_features.npz"
    leaking, honest = (
        {"text": (features, "text100"), "video": (features, "video100")},
        {"audio": (features, "audio73")},
    )
    told = {}
    for given in (leaking, honest):
        data = DataIterator(table, **given)
        for modality in ("text", *[name for name in given if name != "text"]):
            model = Model(
                data, models="ridge(alpha=10), svr", metrics="mae", modalities=modality, baselines="none", jobs=2
            )
            told[modality, "text" in given] = "MOSI014" in codes(model.fit())
    assert told == {("text", True): True, ("video", True): True, ("text", False): False, ("audio", False): False}
