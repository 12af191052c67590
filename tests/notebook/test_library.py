from types import SimpleNamespace

import pytest

from mosi_nb.notebook import library
from mosi_nb.notebook.library import library_is_due


@pytest.fixture
def kernel(monkeypatch):
    """Return a shell as a kernel has one, with a cell that can be chosen."""
    monkeypatch.setattr(library._Brought, "by_cell", None)
    parent = {"metadata": {"cellId": "one"}, "header": {"msg_id": "first"}}
    kernel = SimpleNamespace(get_parent=lambda: parent, parent=parent)
    return SimpleNamespace(kernel=kernel, execution_count=1)


def test_the_first_cell_with_a_table_brings_the_library_and_no_other(kernel):
    assert library_is_due(kernel)
    kernel.kernel.parent["metadata"]["cellId"] = "two"
    assert not library_is_due(kernel)


def test_that_cell_brings_it_again_when_it_is_run_again_and_once_for_all_its_tables(kernel):
    assert [library_is_due(kernel) for _ in range(3)] == [True, False, False]
    kernel.kernel.parent["header"]["msg_id"] = "second"
    assert [library_is_due(kernel) for _ in range(3)] == [True, False, False]


def test_a_place_that_is_filled_again_brings_it_again(kernel):
    place, other = (SimpleNamespace(cell="one", execution="first") for _ in range(2))
    assert [library_is_due(kernel, one) for one in (place, other, None, place)] == [True, False, False, True]
    kernel.kernel.parent["metadata"]["cellId"] = "two"
    assert [library_is_due(kernel), library_is_due(kernel, place)] == [False, True]


def test_a_front_end_that_does_not_name_its_cells_gets_it_once(kernel):
    kernel.kernel.parent["metadata"].clear()
    assert library_is_due(kernel)
    kernel.execution_count = 2
    assert not library_is_due(kernel)


def test_a_terminal_never_gets_it(shell):
    assert not library_is_due(shell.ipython)
