"""The pages are executed: what they show is what happens.

In a page of docs/

- a fence ```python is executed; all of a page share one namespace, in their order;
- one that begins with `%%mosi_experiment` is a cell: its body must parse and make a plan;
- a fence ```text that follows either at once is what comes of it: what is printed, the value of the
  last line, or the error. `...` stands for anything, white space counts as one space;
- anything else is not looked at.
"""

import ast
import contextlib
import doctest
import io
import re
import subprocess
import sys
from itertools import zip_longest
from pathlib import Path

import pytest

import mosi_nb.components
from mosi_nb import Model, registry
from mosi_nb.plan import not_yet
from mosi_nb.spec import KEYS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.glob("*.md"))
FENCE = re.compile(r"^```(\w[\w-]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MAGIC = "%%mosi_experiment"
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def blocks(text):
    """Yield (line, source, output) for each python fence; output is None where none follows."""
    found = list(FENCE.finditer(text))
    for fence, after in zip_longest(found, found[1:]):
        if fence[1] != "python":
            continue
        follows = after and after[1] == "text" and not text[fence.end() : after.start()].strip()
        yield text.count("\n", 0, fence.start()) + 1, fence[2], after[2] if follows else None


def come_of(source, namespace, line, page):
    """Return what a block prints, and the value of its last line."""
    if source.startswith(MAGIC):
        first, _, body = source.partition("\n")
        name = first.split()[1] if len(first.split()) > 1 else "_"
        model = Model.from_cell(body, namespace)
        assert model.plan.fits
        namespace[name] = model
        return ""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    ast.increment_lineno(tree, line)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(tree, str(page), "exec"), namespace)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), str(page), "eval"), namespace)
            printed.write("" if value is None else repr(value))
    return printed.getvalue()


def differ(expected, got):
    """Return what to show where the output is another, or nothing."""
    if doctest.OutputChecker().check_output(expected.rstrip() + "\n", got.rstrip() + "\n", FLAGS):
        return ""
    return f"expected:\n{expected}\ngot:\n{got}"


def run(page, text, namespace):
    for line, source, output in blocks(text):
        wants_error = output is not None and re.match(r"\w*Error: ", output)
        try:
            got = come_of(source, namespace, line, page)
        except Exception as error:
            if not wants_error:
                error.add_note(f"{page}, block in line {line}")
                raise
            got = f"{type(error).__name__}: {error}"
        if output is not None and (told := differ(output, got)):
            pytest.fail(f"{page}, block in line {line}: {told}", pytrace=False)


@pytest.fixture
def registered(monkeypatch):
    """Take away, after the test, what a page registers."""
    monkeypatch.setattr(registry, "_components", dict(registry._components))


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_what_a_page_shows_is_what_happens(page, registered, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    # cloudpickle sends to the workers what is defined in __main__, as in a notebook
    run(page, page.read_text(encoding="utf-8"), {"__name__": "__main__"})


@pytest.mark.parametrize(
    "text",
    [
        "```python\n1 + 1\n```\n\n```text\n3\n```\n",
        "```python\n1 + 1\n```\n\n```text\nValueError: no\n```\n",
        "```python\nassert False\n```\n",
        "```python\n%%mosi_experiment a\ndata = sample(videos=8)\nmodels = no_such_model\n```\n",
    ],
)
def test_what_does_not_happen_is_found(text):
    with pytest.raises((Exception, pytest.fail.Exception)):
        run("page.md", text, {"__name__": "__main__"})


def test_output_is_compared_only_where_it_follows_at_once():
    text = "```python\n1 + 1\n```\n\nOn another machine:\n\n```text\n3\n```\n"
    assert [output for _, _, output in blocks(text)] == [None]


def test_every_key_has_a_section_of_the_cell_reference():
    headings = re.findall(r"^### (.*)$", (DOCS / "cell.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert sorted(re.findall(r"`(\w+)`", " ".join(headings))) == sorted(KEYS)


def test_the_cell_reference_names_exactly_what_is_not_there_yet():
    section = (DOCS / "cell.md").read_text(encoding="utf-8").split("## Not yet\n")[1].split("\n## ")[0]
    told = set(re.findall(r"^\| `([^`]+)` \|", section, flags=re.MULTILINE))
    refused = {f"{key} = {name}" for key, names in not_yet.COMPONENTS.items() for name in names}
    assert {row for row in told if not row.startswith("--")} == refused | set(not_yet.KEYS)


def test_the_reference_of_components_is_up_to_date():
    script = [sys.executable, str(DOCS / "make_components.py"), "--check"]
    done = subprocess.run(script, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_every_component_is_in_the_reference():
    assert mosi_nb.components
    text = (DOCS / "components.md").read_text(encoding="utf-8")
    ours = ("mosi_nb.components", "mosi_nb.data")
    own = [c for c in registry._components.values() if c.build.__module__.startswith(ours)]
    assert len(own) > 40
    assert [f"{c.kind} {c.name}" for c in own if f"`{c.name}`" not in text] == []


def test_every_metric_is_defined():
    text = (DOCS / "metrics.md").read_text(encoding="utf-8")
    assert [name for name in registry.names("metric") if f"`{name}`" not in text] == []


def test_every_page_is_in_the_index():
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    assert [page.name for page in PAGES if page.name != "index.md" and f"({page.name})" not in index] == []


def test_every_public_name_is_in_the_reference_of_the_api():
    text = (DOCS / "api.md").read_text(encoding="utf-8")
    assert [name for name in sys.modules["mosi_nb"].__all__ if name not in text] == []
