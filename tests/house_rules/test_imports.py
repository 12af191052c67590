"""Libraries have homes: what a worker loads, and where altair is imported."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "mosi_nb").rglob("*.py"))


def altair_imports(node, inside=()):
    """Yield (line, names of the functions around it) for each import of altair that is carried out."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING"):
            yield from (found for branch in child.orelse for found in altair_imports(branch, inside))
        elif isinstance(child, ast.Import | ast.ImportFrom):
            imported = [getattr(child, "module", None) or "", *(alias.name for alias in child.names)]
            if any(name.split(".")[0] == "altair" for name in imported):
                yield child.lineno, inside
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from altair_imports(child, (*inside, child.name))
        else:
            yield from altair_imports(child, inside)


def may_import_altair(path, inside):
    draws = "displays" in path.parts and "chart" in path.stem + path.parent.name
    return bool(inside) and (draws or "chart" in inside)


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_altair_is_imported_only_where_a_chart_is_drawn(path):
    found = altair_imports(ast.parse(path.read_text()))
    assert [line for line, inside in found if not may_import_altair(path, inside)] == []


def test_the_check_tells_the_right_place_from_the_wrong_one():
    source = "import altair\nif TYPE_CHECKING:\n    import altair\ndef chart():\n    from altair import Chart\n"
    assert list(altair_imports(ast.parse(source))) == [(1, ()), (5, ("chart",))]


def test_a_worker_loads_nothing_of_the_notebook():
    unwanted = ("IPython", "ipywidgets", "altair", "torch", "skorch", "keras", "optuna")
    code = f"import sys, mosi_nb.run.fit, mosi_nb.model; print([m for m in {unwanted} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr
