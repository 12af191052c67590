"""What is public is on purpose, documented and typed."""

import ast
import inspect
from pathlib import Path

import pytest

import mosi_nb

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "mosi_nb"
MODULES = sorted(PACKAGE.rglob("*.py"))
HOOKS = {"load_ipython_extension", "unload_ipython_extension"}  # IPython asks for them by these names


def public(nodes):
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    for node in nodes:
        if isinstance(node, kinds) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from public(node.body)


def test_all_is_what_is_visible():
    here = {"annotations", "TYPE_CHECKING"}  # of the import statements at the top of the file
    names = {name for name in dir(mosi_nb) if not name.startswith("_")} - here
    visible = {name for name in names if not inspect.ismodule(getattr(mosi_nb, name))}
    assert set(mosi_nb.__all__) - HOOKS - {"__version__"} == visible - HOOKS


def test_all_names_each_thing_once():
    assert len(mosi_nb.__all__) == len(set(mosi_nb.__all__))


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_what_is_public_is_documented(path):
    module = ast.parse(path.read_text())
    assert ast.get_docstring(module), "the module"
    assert [node.name for node in public(module.body) if not ast.get_docstring(node)] == []


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_nothing_is_printed(path):
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    assert [call.lineno for call in calls if isinstance(call.func, ast.Name) and call.func.id == "print"] == []


def test_types_are_published():
    assert (PACKAGE / "py.typed").is_file()
