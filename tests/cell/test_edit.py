import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mosi_nb.cell import parse, parse_value
from mosi_nb.cell.edit import REST, moved, source_of, with_item, with_key, with_parameter
from mosi_nb.cell.keys import EXAMPLES, MANY
from mosi_nb.cell.magic_line import split, with_flag, with_name
from mosi_nb.errors import SpecError
from mosi_nb.spec import KEYS, written

TEXT = """\
# an experiment
data    = sample(videos=8)      # made up
models  = ridge(alpha=[1, 10]), svr  # two of them
metrics = [
    mae,  # ranks
    corr,
]

seed    = 0"""

VALUES = {
    "data": ["sample()", '"mosi, #1.csv"', "(mine)"],
    "seed": ["0", "( 4 )", "17"],
    "folds": ["by_video(5, repeats=2)", "(by_video( 3 ))", "holdout"],
    "models": [
        "ridge",
        "ridge(alpha=[1,\n  10]), (svr)",
        "[\n  ridge,  # one, (two\n  svr(C=1)\n]",
        "(knn(5), nets.own)",
    ],
    "audio": ["scale, pca(20)", "[pca]", "pool(mean, std, missing=zero),"],
    "budget": ['"10min"', "'1h'"],
}


@st.composite
def cells(draw):
    """Return the text of a cell in some layout, with comments."""
    keys = draw(st.lists(st.sampled_from(sorted(VALUES)), unique=True, max_size=5))
    lines = []
    for key in keys:
        comment = draw(st.sampled_from(["", "  # a, comment = (", " #", "     # ä"]))
        value = draw(st.sampled_from(VALUES[key]))
        lines.append(f"{key}{draw(st.sampled_from(['', ' ', '    ']))}= {value}{comment}")
        lines += draw(st.sampled_from([[], [""], ["# between"]]))
    return "\n".join(lines) + draw(st.sampled_from(["", "\n"]))


def comments(text):
    return sorted(line.partition("#")[2].strip() for line in text.splitlines() if "  #" in line or line.startswith("#"))


@given(cells(), st.sampled_from([(key, value) for key, values in VALUES.items() for value in values]))
def test_one_key_gets_its_value_and_the_others_keep_theirs(text, change):
    key, value = change
    changed = with_key(text, key, value)
    before, after = parse(text), parse(changed)
    assert getattr(after, key) == parse_value(key, value)
    assert all(getattr(after, other) == getattr(before, other) for other in KEYS if other != key)
    assert with_key(changed, key, value) == changed
    gone = parse(with_key(text, key, None))
    assert all(getattr(gone, other) == (None if other == key else getattr(before, other)) for other in KEYS)


@given(
    cells(), st.sampled_from(["models", "audio"]), st.integers(0, 2), st.sampled_from(["one", "two(n=[1, 2])", None])
)
def test_one_component_is_replaced_added_or_taken_away(text, key, number, value):
    before = list(getattr(parse(text), key) or ())
    assume(number <= len(before) and (value is not None or number < len(before)))
    after = list(getattr(parse(with_item(text, key, number, value)), key) or ())
    expected = before[:number] + ([] if value is None else list(parse_value("models", value))) + before[number + 1 :]
    assert after == expected


@given(
    cells(),
    st.sampled_from(["folds", "models", "audio"]),
    st.integers(0, 1),
    st.sampled_from(["1", "[1, (2, 3)]", None]),
)
def test_one_parameter_gets_its_value_and_the_others_keep_theirs(text, key, number, value):
    held = getattr(parse(text), key)
    uses = list(held if isinstance(held, tuple) else [held] if held else [])
    assume(number < len(uses))
    names = ["k", "b", "c", "d"]
    changed = parse(with_parameter(text, key, number, "k", value, names))
    after = getattr(changed, key)
    after = list(after if isinstance(after, tuple) else [after])

    def bound(use):
        return dict(zip(names, use.arguments, strict=False)) | dict(use.parameters)

    expected = {name: held for name, held in bound(uses[number]).items() if name != "k"}
    expected |= {} if value is None else {"k": parse_value("folds", f"f({value})").arguments[0]}
    assert bound(after[number]) == expected
    assert [use for n, use in enumerate(after) if n != number] == [use for n, use in enumerate(uses) if n != number]
    assert all(getattr(changed, other) == getattr(parse(text), other) for other in KEYS if other != key)


def test_comments_order_and_alignment_stay():
    assert with_key(TEXT, "data", "sample()") == TEXT.replace("sample(videos=8)", "sample()        ")
    assert with_parameter(TEXT, "data", 0, "videos", "12", ["videos"]) == TEXT.replace("8)      #", "12)     #")
    assert with_item(TEXT, "metrics", 0, "rmse") == TEXT.replace("    mae,", "    rmse,")
    assert with_item(TEXT, "metrics", 0, None) == TEXT.replace("    mae,  # ranks\n", "")
    assert with_item(TEXT, "metrics", 2, "acc7") == TEXT.replace("    corr,\n", "    corr,\n    acc7,\n")
    assert with_item(TEXT, "models", 2, "knn") == TEXT.replace("svr  #", "svr, knn  #")
    assert moved(TEXT, "models", 1, 0) == TEXT.replace("ridge(alpha=[1, 10]), svr", "svr, ridge(alpha=[1, 10])")


def test_a_new_key_stands_in_the_order_of_the_language_and_beneath_the_others():
    changed = with_key(with_key(TEXT, "folds", "by_video(2)"), "modalities", "text")
    assert changed.splitlines()[2] == "modalities = text"
    assert changed.splitlines()[8] == "folds   = by_video(2)"
    assert with_key("", "data", "sample()") == "data = sample()"
    assert with_key("# nothing yet", "data", "sample()") == "# nothing yet\ndata = sample()"
    assert with_key("seed = 0\n", "data", "sample()") == "data = sample()\nseed = 0\n"


@pytest.mark.parametrize("key", KEYS)
def test_the_example_of_every_key_can_be_written_and_taken_away(key):
    value = EXAMPLES[key].partition(" = ")[2]
    changed = with_key("# only this", key, value)
    assert changed == f"# only this\n{EXAMPLES[key]}"
    assert source_of(changed, key) == (
        [written(use) for use in getattr(parse(changed), key)] if key in MANY else [value]
    )
    assert with_key(changed, key, None) == "# only this"


def test_what_is_handed_over_by_position_stays_what_it_was():
    names = ["n", "whiten"]
    assert with_parameter("audio = pca(20, True)", "audio", 0, "n", None, names) == "audio = pca(whiten=True)"
    assert with_parameter("audio = pca(20, True)", "audio", 0, "whiten", None, names) == "audio = pca(20)"
    assert (
        with_parameter("audio = pool(mean, missing=zero)", "audio", 0, REST, "max") == "audio = pool(max, missing=zero)"
    )
    assert with_parameter("audio = pool(mean, missing=zero)", "audio", 0, REST, None) == "audio = pool(missing=zero)"
    assert with_parameter("audio = pool(mean)", "audio", 0, REST, None) == "audio = pool"
    assert with_parameter("text = tfidf", "text", 0, "ngrams", "1, 2") == "text = tfidf(ngrams=(1, 2))"
    assert with_parameter("data = sample(8)", "data", 0, "videos", None, ["videos"]) == "data = sample()"


@pytest.mark.parametrize("value", ["1), svr(", "1 # one", "1; seed = 2", "1\nseed = 2", "", "2 + 2", "a=1"])
def test_what_is_not_one_value_is_refused(value):
    with pytest.raises(SpecError):
        with_parameter(TEXT, "models", 0, "alpha", value)
    with pytest.raises(SpecError):
        with_key(TEXT, "seed", value)


def test_two_settings_on_one_line_are_told_apart():
    assert with_key("seed = 0; jobs = 1\ndata = x", "jobs", "2") == "seed = 0; jobs = 2\ndata = x"
    assert with_key("seed = 0; jobs = 1\ndata = x", "jobs", None) == "seed = 0\ndata = x"


def test_the_line_of_the_magic_is_changed_word_by_word():
    line, body = split("\n%%mosi_experiment first --on-error keep --cluster 'my file.json'\ndata = sample()\n")
    assert body == "data = sample()\n"
    assert with_name(line, "") == "%%mosi_experiment --on-error keep --cluster 'my file.json'"
    assert with_name(with_name(line, ""), "b") == "%%mosi_experiment b --on-error keep --cluster 'my file.json'"
    assert with_flag(line, "--on-error", value="") == "%%mosi_experiment first --cluster 'my file.json'"
    assert (
        with_flag("%%mosi_experiment a --on-error=keep", "--on-error", "stop") == "%%mosi_experiment a --on-error stop"
    )
    assert with_flag(line, "--again", value=True).endswith("--again")
