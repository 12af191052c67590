import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mosi_nb.cell import parse, parse_value, write
from mosi_nb.cell.keys import EXAMPLES
from mosi_nb.errors import SpecError
from mosi_nb.spec import KEYS, Spec, Use

WHOLE = """\
data       = sample()                        # or a path
modalities = text, audio, video
text       = tfidf(ngrams=(1, 2))
audio      = pool(mean, std), scale, pca(20)
fusion     = early
models     = ridge(alpha=log(1e-2, 1e4, 13)), svr(C=[0.1, 1, 10]), logistic(classes=7), my_net
metrics    = mae, corr, acc7, acc2_nonzero   # the first one ranks
folds      = by_video(5, repeats=2)
test       = standard
search     = grid
ensemble   = mean, stack(ridge)
ablate     = modalities
budget     = "10min"
checkpoint = "30s"
seed       = 0
"""

VARIATIONS = [
    WHOLE,
    'data = "mosi/über.csv"\nmodels = nets.small(layers=fixed([64, 32]), rate=-0.5)',
    "models = ridge(\n    alpha=[1,\n           10],\n), svr\n\n# the end",
    'models = net(options={"depth": [1, 2], "wide": True}, nothing=None, empty=())',
    "jobs = -1\nseed = 3\nvideo = scale(block=True), pca([10, 20])",
    "data = sample()\r\nmodels = svr\r\n",
]


def refusal(text):
    with pytest.raises(SpecError) as caught:
        parse(text)
    return str(caught.value)


@pytest.mark.parametrize("text", VARIATIONS)
def test_what_is_written_again_is_the_same_python(text):
    assert ast.dump(ast.parse(write(parse(text)))) == ast.dump(ast.parse(text))


@pytest.mark.parametrize("text", VARIATIONS)
def test_what_is_written_again_is_the_same_experiment(text):
    assert parse(write(parse(text))) == parse(text)


@pytest.mark.parametrize("key", KEYS)
def test_the_example_of_every_key_is_understood(key):
    spec = parse(EXAMPLES[key])
    assert getattr(spec, key) is not None
    assert [k for k in KEYS if getattr(spec, k) is not None] == [key]


def test_components_may_stand_in_a_list():
    assert parse("models = [ridge, svr]") == parse("models = ridge, svr")


def test_none_is_the_component_of_that_name():
    assert parse("test = None").test == Use("none")


def test_an_empty_cell_asks_for_nothing():
    assert parse("\n# nothing\n") == Spec()


def test_places_count_characters_and_lines_as_the_cell_shows_them():
    spec = parse('data = "ä\x0cü"\nmodels = größe(ä=1), svr')
    place = spec.models[1].place
    assert (place.line, place.text[place.column : place.end]) == (2, "svr")


def test_unknown_key_is_told_with_its_line_and_the_nearest():
    assert refusal("data = sample()\nmodel = ridge") == (
        f"line 2: unknown key: 'model'. Did you mean 'models'?\n  model = ridge\n  ^^^^^\nKnown: {', '.join(KEYS)}."
    )


def test_yaml_is_answered_with_the_sign_to_use():
    assert refusal("models: ridge") == (
        "line 1: found 'models:'; use = between a key and its value.\n"
        "  models: ridge\n"
        "  ^^^^^^^^^^^^^\n"
        "Write: models = ridge(alpha=[0.1, 1, 10]), svr"
    )


@pytest.mark.parametrize(
    "text", ["models:\n- ridge\n- svr", "models: ridge, svr", "  models: ridge", "- models: ridge"]
)
def test_every_yaml_habit_is_answered_with_the_sign_to_use(text):
    assert "found 'models:'; use = between a key and its value." in refusal(text)


@pytest.mark.parametrize("text", ["models =\n- ridge\n- svr", "models =\n  - ridge", "- ridge\n- svr"])
def test_yaml_lists_are_answered_with_commas(text):
    assert "found a list of '- item' lines; write the items after '=', with commas." in refusal(text)


def test_syntax_error_shows_the_line_and_an_example():
    message = refusal("data = sample()\nmodels = ridge(alpha=)")
    assert message.startswith("line 2: this is not a line of name = expression (")
    assert message.endswith("For example: models = ridge(alpha=[0.1, 1, 10]), svr")


def test_caret_stands_under_the_right_characters_after_umlauts():
    *_, line, carets, _ = refusal('data = read("ääü", x=1 + 2)').splitlines()
    start = carets.index("^")
    assert line[start : start + carets.count("^")] == "1 + 2"


def test_caret_stands_under_the_right_characters_after_a_tab():
    *_, line, carets, _ = refusal("folds\t=\tby_video(1 + 2)").splitlines()
    start = carets.index("^")
    assert line[start : start + carets.count("^")] == "1 + 2"


REFUSED = {
    "models = ridge\nmodels = svr": "line 2: 'models' is there already, in line 1.",
    "  models = ridge": "line 1: found an indented line; every key starts at the left margin.",
    'data = f"{x}"': "found an f-string, which a cell does not hold.",
    "models = nets[0]": "found an index, which a cell does not hold.",
    "seed = 1 + 1": "found an arithmetic expression, which a cell does not hold.",
    "models = lambda x: x": "found a lambda, which a cell does not hold.",
    "models = [m for m in x]": "found a comprehension, which a cell does not hold.",
    "models = make()()": "found a call of something that is not a name, which a cell does not hold.",
    "models = make().net": "a dotted name is names and dots, found a call of something that is not a name.",
    "models = ridge(**p)": "parameters are written out; '**' is not unpacked.",
    "models = ridge(*p)": "arguments are written out; '*' is not unpacked.",
    "models = ridge(alpha=1, alpha=2)": "the parameter 'alpha' is there twice.",
    "models = net(options={1: 2, 1: 3})": "the key 1 is there twice.",
    "models = net(options={**a})": "found a dict with keys that are not constants",
    "models = net({1, 2})": "found a set, which a cell does not hold.",
    "models = (n := ridge)": "which a cell does not hold.",
    "models = a if b else c": "found a condition, which a cell does not hold.",
    "seed = not 1": "which a cell does not hold.",
    "folds = by_video(-True)": "which a cell does not hold.",
    "data = b'x'": "found a constant of this type, which a cell does not hold.",
    "data = ...": "found a constant of this type",
    "import os": "found an import; a cell holds only lines of name = expression.",
    "ridge": "found a line without '='; a cell holds only lines of name = expression.",
    "seed += 1": "found an assignment with an operator",
    "models = a = ridge": "found several '=' in one line",
    "def f(): pass": "found a function",
    "a, b = ridge": "the left side of '=' must be one of the keys",
    "spec.models = ridge": "the left side of '=' must be one of the keys",
    'models = "ridge"': "'models' wants a name without quotes, found 'ridge'.",
    "models = ridge, 3": "'models' wants the name of a component or variable, found 3.",
    "models = ()": "'models' wants at least one name, found ().",
    "seed = -1": "'seed' wants a whole number from 0 to 4294967295, found -1.",
    "seed = True": "'seed' wants a whole number",
    "nested = 3": "'nested' wants on or off, found 3.",
    'fit_limit = "soon"': "'fit_limit' wants a length of time in quotes",
    "jobs = 0": "'jobs' wants a whole number of workers, or -1 for one on each core, found 0.",
    "budget = 10": "'budget' wants a length of time in quotes",
    'budget = "soon"': "'budget' wants a length of time in quotes",
    "data = 3": "'data' wants a path in quotes, sample(), read(...) or a variable, found 3.",
    "folds = 5": "'folds' wants a component, found 5.",
    "data = sample(\x00)": "null bytes",
    'data = "C:\\Users"': "Write paths with /, or with an r before the quotes.",
    "data = \ud800": "this is not a line of name = expression",
    "seed = 0x" + "f" * 5000: "this whole number is too long.",
    "seed = " + "1" * 5000: "this is not a line of name = expression",
    "models = f" + ".a" * 5000: "nested too deeply",
    "models = " + "(" * 500 + ")" * 500: "this is not a line of name = expression",
    "seed = " + "-" * 5000 + "1": "nested too deeply",
}


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: ascii(text[:30]))
def test_what_the_grammar_does_not_hold_is_refused(text):
    assert REFUSED[text] in refusal(text)


def test_windows_paths_give_no_warning_of_pythons():
    assert parse('data = "C:\\data.csv"').data == "C:\\data.csv"


def test_one_value_is_read_without_a_line_number():
    with pytest.raises(SpecError, match=r"^models: found an arithmetic expression"):
        parse_value("models", "ridge(1 + 1)")


def test_one_value_is_one_expression():
    with pytest.raises(SpecError, match="one expression is wanted, not 2 lines"):
        parse_value("models", "ridge\nmetrics = mae")


def test_nothing_is_ever_executed(tmp_path):
    target = tmp_path / "made"
    parse(f'models = open("{target}", "w")\ndata = exec("raise SystemExit")')
    assert not target.exists()


PIECES = st.sampled_from([*KEYS, "=", "(", ")", "[", "]", "{", "}", ",", ":", "-", "\n", " ", "*", ".", '"', "1", "ä"])


@given(st.text() | st.lists(PIECES).map("".join))
def test_any_text_gives_an_experiment_or_a_spec_error(text):
    try:
        spec = parse(text)
    except SpecError:
        return
    assert parse(write(spec)) == spec
