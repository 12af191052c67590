"""Fields for the parameters of one component, made from its signature and its docstring."""

from __future__ import annotations

import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from inspect import Parameter, signature
from typing import TYPE_CHECKING, Any

from mosi_nb.cell.docstrings import documented, options, type_name, word
from mosi_nb.cell.edit import REST, source_of, with_parameter
from mosi_nb.errors import MosiError
from mosi_nb.notebook.form.check import parameter_problem
from mosi_nb.notebook.form.draft import UnreadError
from mosi_nb.notebook.form.look import Look, cut, told
from mosi_nb.notebook.form.variables import of_notebook
from mosi_nb.registry import Component
from mosi_nb.spec import Use

if TYPE_CHECKING:
    from mosi_nb.notebook.form.form import Form

TRIED = ("model", "encoder")
"""Kinds of components whose parameters may be lists of values to try."""


@dataclass(frozen=True)
class Asked:
    """A parameter as a field asks for it.

    Attributes
    ----------
    name
        Its name; `REST` in the text for what is handed over by position.
    default
        As it would be written; empty where it must be given.
    help
        What it means.
    choices
        What may stand there, where that is listed.
    closed
        Whether nothing else may stand there.
    several
        Whether it takes all that is handed over by position.
    """

    name: str
    default: str = ""
    help: str = ""
    choices: tuple[str, ...] = ()
    closed: bool = False
    several: bool = False


def asked_of(thing: Component | object) -> list[Asked]:
    """Return the parameters of a component, or of an estimator of the notebook.

    Examples
    --------
    >>> from mosi_nb.registry import find
    >>> [(one.name, one.default, one.choices) for one in asked_of(find("fusion", "late"))]
    [('combine', 'weighted', ('weighted', 'mean', 'median', 'greedy', 'stack'))]
    """
    if not isinstance(thing, Component):
        return [Asked(name, default) for name, default in _own(thing).items()]
    helped = documented(thing)
    return [_asked(thing, name, one, helped.get(name, "")) for name, one in thing.parameters.items()]


def _asked(thing: Component, name: str, one: Parameter, meaning: str) -> Asked:
    listed = options(one.annotation)
    several = one.kind is Parameter.VAR_POSITIONAL
    has_default = one.default is not Parameter.empty
    kinds = typing.get_args(one.annotation) if typing.get_origin(one.annotation) is not typing.Literal else ()
    closed = bool(listed) and thing.kind not in TRIED and all(options(kind) for kind in kinds)
    return Asked(
        name,
        word(one.default, one.annotation) if has_default else "",
        f"{meaning} {type_name(one.annotation).capitalize()}.".strip(),
        tuple(word(value, one.annotation) for value in listed),
        closed and not several,
        several,
    )


def _own(thing: object) -> dict[str, str]:
    """Return the parameters of an object of the notebook, with what they are now."""
    try:
        if isinstance(thing, type):
            held = signature(thing).parameters
            named = {n: p for n, p in held.items() if p.kind not in (Parameter.VAR_KEYWORD, Parameter.VAR_POSITIONAL)}
            return {n: "" if p.default is Parameter.empty else cut(repr(p.default), 40) for n, p in named.items()}
        params: Mapping[str, Any] = thing.get_params(deep=False)  # type: ignore[attr-defined]  # tried
        return {str(name): cut(repr(value), 40) for name, value in params.items()}
    except Exception:  # noqa: BLE001 -- whatever somebody else's object raises: it has no fields then
        return {}


class Field:
    """A parameter's control, and beside it what is wrong with what stands there."""

    def __init__(self, look: Look, asked: Asked, change: Callable[[str], None]) -> None:
        self.asked, self._change, self._shown = asked, change, ""
        self._telling, self._is_refused = True, False
        hint = f"default: {asked.default}" if asked.default else ("none" if asked.several else "must be given")
        if asked.closed:
            self.control = look.dropdown(asked.name, self._listed(), asked.help)
        else:
            self.control = look.text(asked.name, placeholder=hint, tooltip=asked.help, options=asked.choices)
        self.message = look.html()
        self.widget = look.box(self.control, self.message, classes=["mosi-form-field"])
        self.control.observe(self._told, "value")

    def show(self, value: str, problem: MosiError | None) -> None:
        """Show what the text says, unless something is being typed that the text could not take."""
        if value == self._shown and self.control.value != value and self._is_refused:
            return
        self._telling, self._shown, self._is_refused = False, value, False
        if self.asked.closed and value not in self.asked.choices:
            self.control.options = self._listed(value)
        self.control.value = value
        self._telling = True
        self.say(problem)

    def say(self, problem: object) -> None:
        """Tell what is wrong, beside the control."""
        self.message.value = told(problem, short=True) if problem else ""

    def _listed(self, other: str = "") -> list[tuple[str, str]]:
        first = f"default: {self.asked.default}" if self.asked.default else "must be given"
        words = {"True": "yes", "False": "no"}
        listed = [(words.get(one, one), one) for one in self.asked.choices]
        return [(first, ""), *listed, *([(other, other)] if other and other not in self.asked.choices else [])]

    def _told(self, change: Any) -> None:
        if not self._telling:
            return
        try:
            self._change(change["new"].strip())
        except MosiError as error:
            self._is_refused = not isinstance(error, UnreadError)
            self.say(error)


class Parameters:
    """The fields of the component that stands at one place of the text.

    Parameters
    ----------
    form
        Whose text they change.
    key, kind
        The key of the cell, and the kind of its components.
    """

    def __init__(self, form: Form, key: str, kind: str) -> None:
        self._form, self.key, self.kind = form, key, kind
        self.number = 0
        self._fields: dict[str, Field] = {}
        self._names: tuple[str, ...] = ()
        self._of: object = None
        self._head = form.look.html("", "mosi-form-about")
        self.widget = form.look.box(classes=["mosi-form-parameters", "mosi-form-closed"])

    def show(self, use: Use | None, number: int = 0) -> None:
        """Show the parameters of a use, or nothing."""
        found = self._form.found(use, self.kind) if use is not None else None
        self.number = number
        if use is None or found is None:
            self._build(None, "")
            return
        if found is not self._of:
            self._build(found, use.name)
        written = self._written(use)
        for name, field in self._fields.items():
            value = written.get(name, "")
            problem = parameter_problem(found, use, self.key, name) if value else None
            field.show(value, problem)

    def _build(self, thing: object, name: str) -> None:
        if thing is self._of and thing is None:
            return
        self._of, self._fields, self._names = thing, {}, ()
        if thing is None:
            self.widget.children = ()
            self.widget.add_class("mosi-form-closed")
            return
        self.widget.remove_class("mosi-form-closed")
        asked = asked_of(thing)
        self._names = () if any(one.several for one in asked) else positional(thing)
        for one in asked:
            self._fields[one.name] = Field(self._form.look, one, self._changing(one))
        self._head.value = self._about(thing, name, bool(asked))
        self.widget.children = (self._head, *(field.widget for field in self._fields.values()))

    def _about(self, thing: object, name: str, has_parameters: bool) -> str:  # noqa: FBT001 -- private
        if isinstance(thing, Component):
            summary, rest = thing.summary, "It has no parameters."
        else:
            summary, rest = (
                f"{of_notebook(thing).removesuffix('.')}.",
                "It lists no parameters; what it takes can be written in the text.",
            )
        return f"<b>{escape(name)}</b> {escape(summary)}{'' if has_parameters else f' {rest}'}"

    def _written(self, use: Use) -> dict[str, str]:
        """Return what the text hands over, by parameter, as it is written."""
        arguments = source_of(self._form.draft.body, self.key, self.number)
        by_position, named = arguments[: len(use.arguments)], arguments[len(use.arguments) :]
        found = {one.partition("=")[0].strip(): one.partition("=")[2].strip() for one in named}
        rest = next((field.asked.name for field in self._fields.values() if field.asked.several), None)
        if rest is not None:
            return found | ({rest: ", ".join(by_position)} if by_position else {})
        return dict(zip(self._names, by_position, strict=False)) | found

    def _changing(self, asked: Asked) -> Callable[[str], None]:
        name = REST if asked.several else asked.name

        def change(value: str) -> None:
            self._form.edit(lambda text: with_parameter(text, self.key, self.number, name, value or None, self._names))

        return change


def positional(thing: object) -> tuple[str, ...]:
    """Return the names of the parameters that may be handed over by position, in their order."""
    if not isinstance(thing, Component):
        return ()
    return tuple(name for name, one in thing.parameters.items() if one.kind is not Parameter.KEYWORD_ONLY)
