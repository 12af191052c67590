"""Help on what a cell is written with: its keys, components and their parameters."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from inspect import Parameter

from mosi_nb.cell.docstrings import description, documented, headline, is_required, type_name, word
from mosi_nb.cell.keys import EXAMPLES
from mosi_nb.registry import Component, names

WIDTH = 96
KIND_OF: Mapping[str, str] = {
    "data": "data", "text": "encoder", "audio": "encoder", "video": "encoder", "fusion": "fusion",
    "models": "model", "baselines": "model", "metrics": "metric", "folds": "folds", "test": "test",
    "search": "search", "ensemble": "ensemble",
}  # fmt: skip
MEANINGS: Mapping[str, str] = {
    "data": "Where segments come from: a path in quotes, sample(), read(...) or a variable. Must be written.",
    "modalities": "Some of text, audio and video. Default: all that the data hold.",
    "text": "Encoders of the text, one after the other. Default: tfidf for raw text, else impute and scale.",
    "audio": "Encoders of the audio, one after the other. Default: impute, scale(block=True).",
    "video": "Encoders of the video, one after the other. Default: impute, scale(block=True).",
    "fusion": "How modalities are combined. Default: early, their features side by side.",
    "models": "Models or estimators of the notebook, with commas. Must be written.",
    "metrics": "What is measured, with commas; the first one ranks. Default: mae, corr, acc7, acc2_nonzero.",
    "folds": "How rows are held out; no fold splits a video. Default: by_video(5).",
    "test": "Which rows are locked away. Default: standard where the data know it, else holdout(0.2).",
    "search": "Which combinations of the values to try become candidates. Default: grid.",
    "ensemble": "Ensembles of the models, with commas. Default: none.",
    "thresholds": "Metrics for which thresholds between classes are tuned. Default: none.",
    "ablate": "What is left out in turn: modalities. Default: none.",
    "baselines": "Models that run beside the others, to compare with. Default: dummy, text_only.",
    "budget": 'Most time for the whole run, in quotes: "90s", "10min", "1.5h". Default: no limit.',
    "fit_limit": "Most time for one fit, in quotes. Default: no limit.",
    "checkpoint": "How long finished fits may wait before they are written to the history. Default: they do not.",
    "nested": "on, or off: whether one fit may evaluate a whole grid. Default: on.",
    "jobs": "Number of worker processes; -1 for one on each core. Default: -1.",
    "seed": "A whole number that every random choice starts from. Default: 0.",
    "silence": "Codes of checks that are passed over. Default: none.",
}
SPACES: Mapping[str, str] = {
    "log": "ridge(alpha=log(0.1, 10, 5))",
    "uniform": "svr(epsilon=uniform(0, 0.5, 3))",
    "integers": "knn(n_neighbors=integers(10, 40, 10))",
    "choice": "svr(kernel=choice(rbf, linear))",
    "fixed": "ridge(alpha=fixed(1))",
}


def of_key(key: str) -> str:
    """Return help on a key of the cell.

    Examples
    --------
    >>> import mosi_nb.components
    >>> print(of_key("fusion"))
    fusion (key)
    How modalities are combined. Default: early, their features side by side.
    <BLANKLINE>
    Known: early, late, both.
    <BLANKLINE>
    For example: fusion = early
    """
    known = names(KIND_OF[key]) if key in KIND_OF else []
    parts = [f"{key} (key)\n{_filled(MEANINGS[key])}"]
    parts += [_filled(f"Known: {', '.join(known)}.")] if known else []
    return "\n\n".join([*parts, f"For example: {EXAMPLES[key]}"])


def of_component(component: Component) -> str:
    """Return help on a component: what it is, its parameters, an example.

    Examples
    --------
    >>> import mosi_nb.components
    >>> from mosi_nb.registry import find
    >>> print(of_component(find("encoder", "select")))
    select (encoder)
    The columns that correlate most with sentiment in the training rows.
    <BLANKLINE>
    Parameters
      n: whole number, default 50
        Number of columns, at least 1 and at most the number that there is.
    <BLANKLINE>
    For example: audio = select(n=50)
    """
    parts = [f"{headline(component)}\n{description(component)}"]
    told = documented(component)
    rows = [_parameter(component, name, told.get(name, "")) for name in component.parameters]
    parts += ["\n".join(["Parameters", *(textwrap.indent(row, "  ") for row in rows)])] if rows else []
    return "\n\n".join([*parts, f"For example: {example(component)}"])


def of_parameter(component: Component, name: str) -> str:
    """Return help on one parameter of a component.

    Examples
    --------
    >>> import mosi_nb.components
    >>> from mosi_nb.registry import find
    >>> print(of_parameter(find("model", "svr"), "kernel"))
    kernel (parameter of model svr)
    rbf or linear or poly or sigmoid, default rbf
    Shape of the function.
    """
    parts = [f"{name} (parameter of {component.kind} {component.name})", _typed(component.parameters[name])]
    return "\n".join([*parts, _filled(documented(component).get(name, ""))]).rstrip()


def _parameter(component: Component, name: str, told: str) -> str:
    parameter = component.parameters[name]
    star = "*" if parameter.kind is Parameter.VAR_POSITIONAL else ""
    head = f"{star}{name}: {_typed(parameter)}"
    return "\n".join([head, textwrap.indent(_filled(told), "  ")]) if told else head


def _typed(parameter: Parameter) -> str:
    return type_name(parameter.annotation) + default(parameter)


def default(parameter: Parameter) -> str:
    """Return the words for a default, behind a comma; nothing where there can be none."""
    if is_required(parameter):
        return ", must be given"
    if parameter.default is Parameter.empty:
        return ""
    return f", default {word(parameter.default, parameter.annotation)}"


def example(component: Component) -> str:
    """Return a line of a cell in which a component stands.

    Examples
    --------
    >>> import mosi_nb.components
    >>> from mosi_nb.registry import find
    >>> example(find("model", "svr")), example(find("space", "log")), example(find("metric", "mae"))
    ('models = svr(C=1.0, kernel=rbf)', 'models = ridge(alpha=log(0.1, 10, 5))', 'metrics = mae')
    """
    if component.kind == "space":
        return f"models = {SPACES.get(component.name, f'ridge(alpha={component.name}(...))')}"
    key = next(key for key, kind in KIND_OF.items() if kind == component.kind)
    if component.kind == "encoder":
        key = "text" if component.tags.get("reads") == "text" else "audio"
    if component.tags.get("baseline"):
        key = "baselines"
    parameters = component.parameters
    wanted = {name: p for name, p in parameters.items() if is_required(p)} or parameters
    given = [_given(component, name, parameter) for name, parameter in wanted.items()]
    shown = [argument for argument in given if argument][:2]
    return f"{key} = {component.name}({', '.join(shown)})" if shown else f"{key} = {component.name}"


def _given(component: Component, name: str, parameter: Parameter) -> str:
    """Return a parameter as it would be written; nothing where an example is better without it."""
    if is_required(parameter):
        if name in component.tags.get("variables", ()):
            return name
        return '"mosi.csv"' if parameter.annotation is str else f"{name}=..."
    if not isinstance(parameter.default, bool | int | float | str | tuple | list | dict):
        return ""  # what cannot be written in a cell, or need not
    if name in component.tags.get("models", ()):
        return f"{name}={parameter.default}"
    return f"{name}={word(parameter.default, parameter.annotation)}"


def _filled(text: str) -> str:
    return textwrap.fill(text, WIDTH, break_long_words=False, break_on_hyphens=False)
