"""A component that is looked at: what it says of itself, what it returns, what came of trying that."""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from inspect import Parameter
from pathlib import Path
from typing import Any

from mosi_nb.components import build
from mosi_nb.data.checks import NotJudgedError
from mosi_nb.errors import MosiError
from mosi_nb.plan.component_trials import Subject, Tried, tried_twice
from mosi_nb.registry import Component
from mosi_nb.results import reason_of

Read = Callable[[str, str], Any]

KEYS: Mapping[str, str] = {"model": "models", "metric": "metrics", "encoder": "audio"}
"""Where a component of a kind stands in a cell, if not under the name of its kind."""

HERE = Path(__file__).parents[1]


@dataclass
class Looked:
    """A component that is looked at; each step is taken once, when a check asks for it.

    Attributes
    ----------
    subject
        The component, and what is handed to it.
    read
        Reads cell text: from a key and what stands behind it to the value.
    """

    subject: Subject
    read: Read

    @property
    def component(self) -> Component:
        """As it is registered."""
        return self.subject.component

    @property
    def kind(self) -> str:
        """Of the component."""
        return self.component.kind

    def build(self) -> Any:
        """Make it anew."""
        return build(self.component, self.subject.use, KEYS.get(self.kind, self.kind))

    @cached_property
    def defaults(self) -> dict[str, Any]:
        """Defaults by parameter."""
        try:
            parameters = self.component.parameters
        except Exception as error:
            raise NotJudgedError("its annotations cannot be read") from error
        return {name: p.default for name, p in parameters.items() if p.default is not Parameter.empty}

    @cached_property
    def thing(self) -> Any:
        """What it returns."""
        missing = [name for name in self._needed() if name not in self.subject.parameters]
        if missing:
            message = f"it needs {missing[0]}: check_component(..., {missing[0]}=...)"
            raise NotJudgedError(message)
        try:
            return self.build()
        except Exception as error:
            raise NotJudgedError("it could not be built") from error

    def _needed(self) -> list[str]:
        several = (
            (Parameter.VAR_KEYWORD,) if self.kind == "space" else (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD)
        )
        parameters = inspect.signature(self.component.build).parameters.items()
        return [name for name, p in parameters if p.default is Parameter.empty and p.kind not in several]

    @cached_property
    def tries(self) -> tuple[Tried, Tried] | BaseException:
        """What came of trying it twice, or what it raised."""
        try:
            return tried_twice(self.subject, self.build)
        except (Exception, SystemExit) as error:  # noqa: BLE001 -- whatever a component raises
            return error

    @property
    def tried(self) -> Tried:
        """What came of the first try."""
        return self._both()[0]

    @property
    def again(self) -> Tried:
        """What came of the second one."""
        return self._both()[1]

    def _both(self) -> tuple[Tried, Tried]:
        _ = self.thing
        if isinstance(self.tries, BaseException):
            message = "it failed on the sample"
            raise NotJudgedError(message)
        return self.tries


def told(error: BaseException) -> str:
    """Return what an exception says on one line, and where in somebody's own code it was raised."""
    if isinstance(error, MosiError):
        return " ".join(str(error).split())
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if "site-packages" not in f.filename and not Path(f.filename).is_relative_to(HERE)]
    where = f" ({Path(own[-1].filename).name}, line {own[-1].lineno}, in {own[-1].name})" if own else ""
    return f"{reason_of(error).rstrip('.')}{where}."
