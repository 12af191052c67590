import pytest

from mosi_nb import registry
from mosi_nb.errors import SpecError
from mosi_nb.registry import component, find, hint, names


@pytest.fixture(autouse=True)
def own_registry(monkeypatch):
    monkeypatch.setattr(registry, "_components", dict(registry._components))


def test_a_component_is_found_by_kind_and_name():
    @component("model", "mine", dense=True)
    def mine(alpha: "float" = 1.0, **_rest):
        """Say what it is.

        More.
        """

    found = find("model", "mine")
    assert found.build is mine
    assert found.summary == "Say what it is."
    assert found.tags == {"dense": True}
    assert [(name, p.annotation) for name, p in found.parameters.items()] == [("alpha", float)]
    assert "mine" in names("model")
    assert find("metric", "mine") is None


def test_defining_the_same_function_again_replaces_it():
    def define(value):
        @component("model", "again")
        def again():
            return value

    define(1)
    define(2)
    assert find("model", "again").build() == 2


def test_a_name_that_is_taken_is_refused():
    component("model", "taken")(lambda: 1)

    def other():
        return 2

    with pytest.raises(SpecError, match="the model 'taken' is taken by"):
        component("model", "taken")(other)


def test_an_unknown_kind_is_refused_with_the_nearest():
    with pytest.raises(SpecError, match=r"unknown kind of component: 'modle'. Did you mean 'model'?"):
        component("modle", "x")


def test_hint_knows_names_of_other_kinds():
    component("space", "wide")(lambda: 1)
    assert hint("model", "wide") == " It is the name of a space."
    assert hint("model", "none") == ""
