"""The one extension point: `@component` registers a named builder.

A component is a typed function. Its signature gives the cell its parameters and the form its
fields, its docstring gives the help, and the function returns the thing itself: an unfitted
estimator, a metric, a list of folds.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar, TypeVar, get_type_hints

from mosi_nb.errors import SpecError, nearest

KINDS = ("data", "encoder", "fusion", "model", "metric", "folds", "test", "search", "space", "ensemble")

Builder = TypeVar("Builder", bound=Callable[..., Any])


class Views:
    """Where the notebook's views of a model are hung in, which nothing below the notebook knows of.

    Attributes
    ----------
    made
        By the method of `Model` that shows one (`explore`, `choose`), what makes it of a trained `Model`; empty
        until `%load_ext mosi_nb` in IPython.
    """

    made: ClassVar[dict[str, Callable[[Any], Any]]] = {}


@dataclass(frozen=True)
class Component:
    """A registered builder.

    Attributes
    ----------
    kind
        One of `KINDS`.
    name
        As it is written in a cell.
    build
        The function.
    tags
        What the engine must know of it before it is built, such as `baseline=True` for a model that
        is there to compare with.
    """

    kind: str
    name: str
    build: Callable[..., Any]
    tags: Mapping[str, Any] = field(default_factory=dict)

    @property
    def parameters(self) -> Mapping[str, inspect.Parameter]:
        """Parameters by name, with resolved annotations, in the order of the signature.

        `**parameters` has no name that could be written, and is passed over.
        """
        hints = get_type_hints(self.build, include_extras=True)
        parameters = inspect.signature(self.build).parameters
        return {
            name: p.replace(annotation=hints.get(name, Any))
            for name, p in parameters.items()
            if p.kind is not inspect.Parameter.VAR_KEYWORD
        }

    @property
    def summary(self) -> str:
        """The first line of the docstring."""
        return (inspect.getdoc(self.build) or "").split("\n")[0]


_components: dict[tuple[str, str], Component] = {}
_later: list[Callable[[], None]] = []


def register_later(load: Callable[[], None]) -> None:
    """Have a function called that registers more, when a name is first looked up."""
    _later.append(load)


def every() -> list[Component]:
    """Return what is registered so far, in the order of registration."""
    return list(_components.values())


@contextmanager
def all_or_nothing() -> Iterator[None]:
    """Take back what was registered inside where that fails."""
    before = dict(_components)
    try:
        yield
    except BaseException:
        for key in _components.keys() - before.keys():
            del _components[key]
        raise


def _complete() -> dict[tuple[str, str], Component]:
    """Return all components, with those that were to be registered later."""
    while _later:
        load = _later.pop()
        try:
            load()
        except KeyboardInterrupt:  # an import may take long; the next look-up goes on
            _later.append(load)
            raise
    return _components


def component(kind: str, name: str, **tags: Any) -> Callable[[Builder], Builder]:
    """Register a function as the builder of a component.

    Parameters
    ----------
    kind
        One of `data, encoder, fusion, model, metric, folds, test, search, space, ensemble`.
    name
        As it is to be written in a cell.
    **tags
        What the engine must know before the component is built.

    Raises
    ------
    SpecError
        If the kind is unknown, or another function holds the name already.

    Examples
    --------
    >>> from sklearn.linear_model import HuberRegressor
    >>> @component("model", "huber_example")
    ... def huber_example(epsilon: float = 1.35) -> HuberRegressor:
    ...     "Linear regression that outliers pull less."
    ...     return HuberRegressor(epsilon=epsilon)
    >>> find("model", "huber_example").summary
    'Linear regression that outliers pull less.'
    >>> _ = _components.pop(("model", "huber_example"))  # it was an example
    """
    if kind not in KINDS:
        raise SpecError.unknown(None, "component", "kind of component", kind, KINDS)

    def register(build: Builder) -> Builder:
        held = _components.get((kind, name))
        if held and (held.build.__module__, held.build.__qualname__) != (build.__module__, build.__qualname__):
            sentence = f"the {kind} '{name}' is taken by {held.build.__module__}.{held.build.__qualname__}."
            raise SpecError.at(None, "component", sentence, advice="Give yours another name.")
        _components[kind, name] = Component(kind, name, build, MappingProxyType(dict(tags)))
        return build

    return register


def find(kind: str, name: str) -> Component | None:
    """Return the component, or None if nobody registered it.

    Examples
    --------
    >>> find("model", "no_such_model") is None
    True
    """
    return _complete().get((kind, name))


def names(kind: str) -> list[str]:
    """Return the names of all components of a kind, in the order of their registration."""
    return [name for registered, name in _complete() if registered == kind]


def kinds_of(name: str) -> list[str]:
    """Return the kinds under which a name is registered."""
    return [kind for kind, registered in _complete() if registered == name]


def hint(kind: str, written: str) -> str:
    """Return what might have been meant by a name that is no component of this kind."""
    elsewhere = [k for k in kinds_of(written) if k != kind and written != "none"]
    if not elsewhere:
        return nearest(written, names(kind))
    return f" It is the name of {'an' if elsewhere[0][0] in 'aeiou' else 'a'} {elsewhere[0]}."
