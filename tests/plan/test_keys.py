import functools
import io
import json
import os
import subprocess
import sys
import threading
import time
import types
from dataclasses import replace
from enum import Enum
from importlib import metadata

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import Ridge

from mosi_nb import Model, registry, sample
from mosi_nb.components.nested import Nested
from mosi_nb.data import as_segments
from mosi_nb.plan import keys
from mosi_nb.plan.code import Code
from mosi_nb.plan.keys import fit_keys
from mosi_nb.plan.values import IndigestibleError, Walk

SOURCE = '''
import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin

SHIFT = {"good": 1.0, "bad": [-1.0, {"a", "b", "c"}]}

def scaled(values, by=2.0):
    return [v * by for v in values] if by in {1.0, 2.0, "x", "y"} else values

def closing(factor):
    def inner(values):
        return factor * np.mean(scaled(values)) + SHIFT["good"] + len(helped(values))
    return inner

def helped(values):
    return closing and values

class Base(BaseEstimator):
    limit = 3

class Net(RegressorMixin, Base):
    """A net."""

    rate = 0.5
    mean = closing(1.5)
    kinds = frozenset({"x", "y", "z"})

    def __init__(self, depth=1):
        self.depth = depth

    def fit(self, X, y):
        self.level_ = Net.mean(y) * self.rate
        return self

    def predict(self, X):
        return np.full(X.shape[0], self.level_ + 0.25)
'''

CELL = "data = sample(videos=4)\nmodels = net(depth=[1, 2])\nfolds = by_video(2)\nbaselines = none"

PRINTED = """
import json
from mosi_nb import Model
from mosi_nb.plan.keys import fit_keys

def shown(space):
    found = fit_keys(Model.from_cell(CELL, space).plan)
    print(json.dumps([sorted(found.by_fit.values()), dict(found.without)]))
"""


def keys_of(plan):
    found = fit_keys(plan)
    assert found.without == {}
    return found.by_fit


def made(source, cell=CELL):
    """Return the keys of a cell that uses what another cell defined."""
    space = {"__name__": "__main__"}
    exec(compile(source, "<cell>", "exec"), space)
    space["net"] = space["Net"]
    return set(keys_of(Model.from_cell(cell, space).plan).values())


def digested(value, *, whole=False):
    walk = Walk(Code(), whole=whole)
    walk.value(value)
    return walk.written


@pytest.fixture(scope="module")
def plan():
    settings = {"models": "ridge(alpha=[1, 10])", "folds": "by_video(3)", "test": "none"}
    return Model(sample(videos=4), **settings).plan


def run(script, seed, tmp_path, name="script.py"):
    folder = tmp_path / name.removesuffix(".py")
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(script)
    environment = {**os.environ, "PYTHONHASHSEED": str(seed), "PYTHONPATH": str(registry.__file__).rsplit("/", 2)[0]}
    command = [sys.executable, str(folder / name)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    found, without = json.loads(done.stdout)
    assert without == {}
    assert len(set(found)) == 4
    return found


def test_a_script_gives_the_same_keys_in_every_process(tmp_path):
    script = f"{SOURCE}\nCELL = {CELL!r}\nnet = Net\n{PRINTED}\nshown(globals())\n"
    longer = f"# Something before it.\nBEFORE = 1\n\n{script}"
    assert run(script, 1, tmp_path) == run(script, 2, tmp_path) == run(longer, 3, tmp_path, "other.py")


def test_cells_give_the_same_keys_in_every_kernel_and_wherever_they_stand(tmp_path):
    kernel = f"""
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.history_manager.enabled = False
def cell(text):
    shell.run_cell(text, silent=True).raise_error()
BEFORE
cell({SOURCE!r})
cell({f"CELL = {CELL!r}; net = Net"!r})
cell({PRINTED!r})
cell("shown(globals())")
"""
    again = kernel.replace("BEFORE", "cell('x = 1')\ncell('y = 2')\nfrom sklearn.decomposition import PCA")
    edited = kernel.replace(
        repr(SOURCE), repr("# a comment\n\n" + SOURCE.replace("\n    def", "\n\n    # more\n    def"))
    )
    first = run(kernel.replace("BEFORE", ""), 1, tmp_path)
    assert first == run(again, 2, tmp_path)
    assert first == run(edited.replace("BEFORE", ""), 0, tmp_path)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("self.level_ = Net.mean(y)", "self.level_ = -Net.mean(y)", id="body of a method"),
        pytest.param("0.25", "0.26", id="constant in a method"),
        pytest.param("v * by", "v + by", id="function that a function calls"),
        pytest.param('"y"}', '"z"}', id="constant set in a function"),
        pytest.param("by=2.0", "by=1.0", id="default"),
        pytest.param("closing(1.5)", "closing(1.25)", id="value in a closure"),
        pytest.param("rate = 0.5", "rate = 0.6", id="attribute of the class"),
        pytest.param("limit = 3", "limit = 4", id="attribute of a base class"),
        pytest.param('"good": 1.0', '"good": 1', id="whole number for a number in a global"),
        pytest.param('"b", "c"', '"b", "d"', id="set in a global"),
        pytest.param("depth=1", "depth=2", id="default of a parameter"),
        pytest.param("np.mean", "np.median", id="function of a package"),
        pytest.param("RegressorMixin, Base)", "RegressorMixin, BaseEstimator)", id="base class"),
        pytest.param("closing and values", "values and closing", id="function that calls back"),
        pytest.param("    def fit(", "    @staticmethod\n    def more():\n        pass\n\n    def fit(", id="method"),
    ],
)
def test_a_change_of_code_changes_every_key(before, after):
    assert before in SOURCE
    assert made(SOURCE) & made(SOURCE.replace(before, after)) == set()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("\nclass Net", "\n\n\n# A comment.\nclass Net"),
        ("\nimport numpy", "\nUNUSED = 1\nimport numpy"),
        ("self.depth = depth", "self.depth = depth  # how deep"),
        ("* self.rate\n", "* (\n            self.rate\n        )\n"),
        ("def scaled(values, by=2.0)", "def unused():\n    return 1\n\ndef scaled(values, by: float = 2.0)"),
    ],
    ids=["comment and lines", "another variable", "comment at the end", "line broken", "function and annotation"],
)
def test_what_changes_nothing_changes_no_key(before, after):
    assert before in SOURCE
    assert made(SOURCE) == made(SOURCE.replace(before, after))


def test_a_hyperparameter_changes_its_own_keys_alone():
    one, other = made(SOURCE), made(SOURCE, CELL.replace("[1, 2]", "[1, 3]"))
    assert len(one & other) == 2
    assert made(SOURCE, CELL.replace("[1, 2]", "[1.0, 2.0]")) & one == set()


def changed(segments, **fields):
    return replace(segments, **fields)


@pytest.mark.parametrize(
    ("what", "same"),
    [("audio", 3), ("text", 0), ("sentiment", 0), ("segment_ids", 0)],
)
def test_a_change_of_data_changes_the_keys_of_those_that_read_it(plan, what, same):
    held = plan.segments
    row = int(plan.folds[0].train[0])
    if what == "audio":
        audio = held.modalities["audio"].copy()
        audio[row, 0] += 1e-6
        segments = changed(held, modalities={**held.modalities, "audio": audio})
    elif what == "text":
        text = held.modalities["text"].copy()
        text[row] += " "
        segments = changed(held, modalities={**held.modalities, "text": text})
    else:
        values = getattr(held, what).copy().astype(object)
        values[row] = 0.125 if what == "sentiment" else "another_1"
        segments = changed(held, **{what: values.astype(getattr(held, what).dtype)})
    before, after = keys_of(plan), keys_of(replace(plan, segments=segments))
    kept = [which for which in before if before[which] == after[which]]
    by_model = {plan.candidates[number].model for number, _, _ in kept}
    if what == "audio":
        assert {"text_only", "dummy"} == by_model
        assert len(kept) == 2 * same
    elif what == "text":
        assert by_model == {"dummy"}
    else:
        assert kept == []


def test_a_model_without_audio_does_not_depend_on_it(plan):
    text_only = [c for c in plan.candidates if c.model == "text_only"]
    assert len(text_only) == 1
    alone = replace(plan, segments=plan.segments.only(["text"]), candidates=tuple(text_only))
    found = keys_of(plan)
    assert keys_of(alone) == {which: found[which] for which in keys_of(alone)}


def test_other_rows_and_another_order_of_rows_are_another_fold(plan):
    first = plan.folds[0]
    before = keys_of(plan)
    for other in (
        replace(first, train=first.train[::-1]),
        replace(first, train=first.train[1:]),
        replace(first, held_out=first.held_out[::-1]),
    ):
        after = keys_of(replace(plan, folds=(other, *plan.folds[1:])))
        same = {which for which in before if before[which] == after[which]}
        assert same == {which for which in before if which[2] != first.number}


@pytest.mark.parametrize("package", ["mosi_nb", "numpy", "scipy", "scikit-learn"])
def test_another_version_changes_every_key(plan, package, monkeypatch):
    before = set(keys_of(plan).values())
    version = metadata.version
    monkeypatch.setattr(keys, "version", lambda name: "0.0.1" if name == package else version(name))
    assert before & set(keys_of(plan).values()) == set()


def test_another_version_of_a_package_whose_class_is_used_changes_the_key(monkeypatch):
    from mosi_nb.plan import origins

    before = digested(pd.Series([1]))
    version = metadata.version
    monkeypatch.setattr(origins, "version", lambda name: "0.0.1" if name == "pandas" else version(name))
    assert digested(pd.Series([1])) != before


def test_another_version_of_python_changes_every_key(plan, monkeypatch):
    before = set(keys_of(plan).values())
    monkeypatch.setattr(keys.sys, "version_info", (3, 99, 0, "final", 0))
    assert before & set(keys_of(plan).values()) == set()


def test_every_component_has_keys_and_each_fit_its_own():
    needed = {"lexicon": 'lexicon(words={"good": 1})'}
    named = [needed.get(n, n) for n in registry.names("model") if n not in ("dummy", "text_only")]
    plan = Model(sample(videos=4), models=", ".join([*named, *named]), folds="by_video(2)", test="none").plan
    by_fit = keys_of(plan)
    assert len(by_fit) == len(set(by_fit.values())) == len(plan.fits)
    assert keys_of(plan) == by_fit


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    alphas=st.lists(st.floats(0.01, 100) | st.integers(1, 100), min_size=1, max_size=4),
    repeats=st.integers(1, 3),
    seed=st.integers(0, 3),
)
def test_keys_are_unique_in_a_plan(alphas, repeats, seed):
    written = ", ".join(map(repr, alphas))
    options = {"folds": f"by_video(2, repeats={repeats})", "test": "none", "seed": seed}
    plan = Model(sample(videos=4), models=f"ridge(alpha=[{written}]), ridge", **options).plan
    folds = {(fold.train.tobytes(), fold.held_out.tobytes()) for fold in plan.folds}
    by_fit = keys_of(plan)
    assert len(by_fit) == len(plan.fits)
    assert len(set(by_fit.values())) == len(plan.candidates) * len(folds)  # two repeats may be split alike


def test_the_function_that_evaluates_a_grid_belongs_to_the_key(plan):
    def one(estimators, x, y, held_out):
        return None

    def other(estimators, x, y, held_out):
        return [0]

    found = []
    for function in (one, other):
        nested = Nested(("alpha",), function)
        candidates = [replace(c, nested=nested) if c.model == "ridge" else c for c in plan.candidates]
        found.append(keys_of(replace(plan, candidates=tuple(candidates))))
    same = {which for which in found[0] if found[0][which] == found[1][which]}
    assert {plan.candidates[number].model for number, _, _ in same} == {"dummy", "text_only"}


class Holding(RegressorMixin, BaseEstimator):
    def __init__(self, held=None):
        self.held = held

    def fit(self, x, y):
        return self

    def predict(self, x):
        return np.zeros(len(x))


def generator():
    yield 1


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (threading.Lock, "lock"),
        (lambda: io.TextIOWrapper(io.BytesIO()), "TextIOWrapper"),
        (generator, "generator"),
        (lambda: {"deep": [threading.Lock()]}, "lock"),
        (lambda: functools.reduce(lambda inner, _: [inner], range(20_000), []), "deep"),
    ],
    ids=["lock", "file", "generator", "inside", "deep"],
)
def test_what_cannot_be_told_again_has_no_key_and_a_reason(make, word):
    namespace = {"mine": Holding(make()) if word != "deep" else Holding(), "other": Ridge(alpha=2)}
    plan = Model.from_cell("data = sample(videos=4)\nmodels = other, ridge\nfolds = by_video(2)", namespace).plan
    pipeline = plan.candidates[-2].pipeline
    bad = replace(plan.candidates[-2], pipeline=type(pipeline)([pipeline.steps[0], ("model", Holding(make()))]))
    found = fit_keys(replace(plan, candidates=(*plan.candidates[:-2], bad, plan.candidates[-1])))
    assert list(found.without) == ["other"]
    assert word in found.without["other"]
    assert {number for number, _, _ in found.by_fit} == {c.number for c in plan.candidates} - {bad.number}


class Colour(Enum):
    RED = 1
    BLUE = 2


class Slotted:
    __slots__ = ("a", "b")

    def __init__(self, a, b):
        self.a, self.b = a, b


class Counting(dict):
    pass


def shift(values, by=1):
    return values + by


def cyclic(value):
    held = [value]
    held.append(held)
    return held


def drawn(seed, draws):
    generator = np.random.default_rng(seed)
    generator.random(draws)
    return generator


DIFFERENT = [
    lambda: 1,
    lambda: 1.0,
    lambda: True,
    lambda: "1",
    lambda: b"1",
    lambda: None,
    lambda: float("nan"),
    lambda: (1,),
    lambda: [1],
    lambda: {1},
    lambda: frozenset({1}),
    lambda: {1: 1},
    lambda: [[1], 2],
    lambda: [[1, 2]],
    lambda: ["ab", "c"],
    lambda: ["a", "bc"],
    lambda: {"a", "b", "c"},
    lambda: np.int64(1),
    lambda: np.float32(1),
    lambda: np.array([1, 2]),
    lambda: np.array([1.0, 2.0]),
    lambda: np.array([[1, 2]]),
    lambda: np.array([[1], [2]]),
    lambda: np.array([1, np.nan]),
    lambda: np.array(["a", "b"]),
    lambda: np.array(["a", 1], dtype=object),
    lambda: np.random.RandomState(1),
    lambda: np.random.RandomState(2),
    lambda: drawn(1, 0),
    lambda: drawn(1, 5),
    lambda: drawn(2, 0),
    lambda: scipy.sparse.csr_matrix(np.eye(3)),
    lambda: scipy.sparse.csc_matrix(np.eye(3)),
    lambda: scipy.sparse.csr_matrix(np.eye(3) * 2),
    lambda: pd.DataFrame({"a": [1, 2]}),
    lambda: pd.DataFrame({"a": [1.0, 2]}),
    lambda: pd.DataFrame({"b": [1, 2]}),
    lambda: pd.DataFrame({"a": ["x", "y"]}),
    lambda: pd.DataFrame({"a": [1, 2]}, index=["x", "y"]),
    lambda: pd.Series([1, 2], name="a"),
    lambda: pd.Series(pd.Categorical(["x", "y"])),
    lambda: pd.MultiIndex.from_tuples([(1, "a"), (2, "b")]),
    lambda: pd.Timestamp("2020-01-01"),
    lambda: Ridge(alpha=1),
    lambda: Ridge(alpha=1.0, solver="svd"),
    lambda: Colour.RED,
    lambda: Colour.BLUE,
    lambda: Slotted(1, 2),
    lambda: Slotted(1, 3),
    lambda: Counting(a=1),
    lambda: {"a": 1},
    lambda: Ridge,
    lambda: Holding,
    lambda: np.mean,
    lambda: np.log,
    lambda: shift,
    lambda: functools.partial(shift, by=2),
    lambda: functools.partial(shift, by=3),
    lambda: functools.lru_cache(shift),
    lambda: np.vectorize(shift),
    lambda: lambda x: x + 1,
    lambda: lambda x: x + 2,
    lambda: Slotted(1, 2).__init__,
    lambda: [1].append,
    lambda: cyclic(1),
    lambda: cyclic(2),
    lambda: range(3),
    lambda: slice(3),
    lambda: np,
    lambda: types.MappingProxyType({"a": 2}),
    lambda: np.dtype("f4"),
]


def test_values_that_differ_have_digests_that_differ_and_are_made_again_alike():
    digests = [digested(make()) for make in DIFFERENT]
    assert digests == [digested(make()) for make in DIFFERENT]
    assert len(set(digests)) == len(digests)


def test_a_frozen_model_is_what_it_learned_and_another_is_what_a_clone_would_be():
    rows = np.arange(6.0).reshape(3, 2)
    fitted = [Ridge().fit(rows, target) for target in ([1, 2, 3], [3, 2, 1])]
    assert digested(fitted[0]) == digested(fitted[1]) == digested(Ridge())
    assert digested(FrozenEstimator(fitted[0])) != digested(FrozenEstimator(fitted[1]))


def test_a_cached_attribute_of_a_sparse_matrix_does_not_count():
    one, other = (scipy.sparse.csr_matrix(np.eye(3)) for _ in range(2))
    assert other.has_sorted_indices
    assert other.has_canonical_format
    assert digested(one) == digested(other)


def test_objects_that_only_show_things_do_not_count():
    shell = type("Shell", (), {"__module__": "IPython.core"})()
    before = digested(shell)
    shell.lock = threading.Lock()  # of anybody else, this could not be told in another process
    assert digested(shell) == before


def test_a_local_module_counts_by_what_is_used_of_it(tmp_path, monkeypatch):
    def made_with(content):
        (tmp_path / "mosi_local_nets.py").write_text(content)
        sys.modules.pop("mosi_local_nets", None)
        module = types.ModuleType("mosi_local_nets")
        module.__file__ = str(tmp_path / "mosi_local_nets.py")
        exec(compile(content, module.__file__, "exec"), vars(module))
        monkeypatch.setitem(sys.modules, "mosi_local_nets", module)
        space = {"__name__": "__main__", "nets": module}
        exec("def f(x):\n    return nets.used(x)\ndef g(x):\n    return nets", space)
        return digested(space["f"]), digested(space["g"])

    before = made_with("def used(x):\n    return x\nOTHER = 1\n")
    other = made_with("def used(x):\n    return x\nOTHER = 2\n")
    used = made_with("def used(x):\n    return -x\nOTHER = 1\n")
    assert before[0] == other[0] != used[0]
    assert len({before[1], other[1], used[1]}) == 3


def test_a_local_module_imported_inside_a_function_is_refused(tmp_path, monkeypatch):
    (tmp_path / "mosi_late_nets.py").write_text("x = 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    space = {"__name__": "__main__"}
    exec(
        "def f():\n    import mosi_late_nets\ndef g():\n    import json, pandas.api\n    from numpy import linalg",
        space,
    )
    with pytest.raises(IndigestibleError, match=r"f holds an import of mosi_late_nets"):
        digested(space["f"])
    digested(space["g"])


def test_two_thousand_candidates_cost_little():
    written = "ridge(alpha=log(0.001, 100, 1000)), svr(C=log(0.001, 100, 1000))"
    plan = Model(sample(videos=8), models=written, folds="by_video(5)").plan
    fit_keys(plan)
    begun = time.perf_counter()
    assert len(fit_keys(plan).by_fit) > 10_000
    assert time.perf_counter() - begun < 2.0  # 0.1 s where nothing else runs


def test_data_from_a_frame_have_the_same_keys_as_from_segments():
    data = sample(videos=4)
    settings = {"models": "ridge", "folds": "by_video(2)"}
    assert keys_of(Model(data, **settings).plan) == keys_of(Model(as_segments(data), **settings).plan)
