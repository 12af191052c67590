from keyword import iskeyword

from hypothesis import given
from hypothesis import strategies as st

from mosi_nb.cell import parse, write
from mosi_nb.cell.keys import MANY
from mosi_nb.spec import Spec, Use, written

names = st.from_regex(r"[a-z_][a-z_0-9]{0,8}(\.[a-z]{1,5})?", fullmatch=True).filter(
    lambda name: not any(iskeyword(part) for part in name.split("."))
)
words = names.map(lambda name: name.split(".")[0])
constants = (
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats(allow_nan=False) | st.text(max_size=8)
)


def uses(values):
    arguments, parameters = st.lists(values, max_size=3).map(tuple), st.dictionaries(words, values, max_size=3)
    return st.builds(Use, names, arguments, parameters)


def grown(values):
    keys = st.integers() | st.text(max_size=4)
    lists = st.lists(values, max_size=3)
    return lists | lists.map(tuple) | st.dictionaries(keys, values, max_size=2) | uses(values)


values = st.recursive(constants, grown, max_leaves=8)
several = st.lists(uses(values), min_size=1, max_size=3).map(tuple)
specs = st.builds(
    Spec,
    data=st.none() | st.text() | uses(values),
    seed=st.none() | st.integers(0, 2**32 - 1),
    jobs=st.none() | st.integers(1, 99) | st.just(-1),
    budget=st.none() | st.just("10min"),
    fit_limit=st.none() | st.just("1.5 h"),
    nested=st.none() | st.sampled_from([Use("on"), Use("off")]),
    folds=st.none() | uses(values),
    search=st.none() | uses(values),
    **{key: st.none() | several for key in MANY},
)


@given(specs)
def test_reading_what_was_written_gives_the_same_experiment(spec):
    again = parse(write(spec))
    assert again == spec
    assert write(again) == write(spec)


@given(values)
def test_every_value_is_written_so_that_python_reads_it(value):
    text = f"f({written(value)})"
    assert written(parse(f"folds = {text}").folds) == text


def test_keys_keep_the_order_in_which_they_were_written():
    assert write(parse("seed=1\ndata=sample()\nmodels=svr")) == "seed   = 1\ndata   = sample()\nmodels = svr"


def test_keys_of_no_cell_come_in_the_order_of_the_language():
    assert write(Spec(seed=1, data="x.csv")) == 'data = "x.csv"\nseed = 1'
