"""What was asked for, as frozen values: an experiment and the components it uses.

A `Spec` holds only what was written; what was left out is `None` and is filled in when the plan
is made, because some defaults depend on the data. The same value comes from a cell, from
`Model(...)` and, as cell text, from a form.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import TypeAlias, Union

from mosi_nb.errors import Place

MODALITIES = ("text", "audio", "video")

Value: TypeAlias = Union[None, bool, int, float, str, tuple["Value", ...], list["Value"], dict["Value", "Value"], "Use"]


@dataclass(frozen=True)
class Use:
    """A name as it is used in an experiment: a component or a variable, with what is handed to it.

    Attributes
    ----------
    name
        The name, dotted or not: `ridge`, `my_net`, `nets.small`.
    arguments
        Positional arguments.
    parameters
        Keyword arguments. A list means "try these".
    called
        Whether it was written with parentheses; `ridge` and `ridge()` are equal.
    place, places
        Where it, and each of its arguments (by position or keyword), stands in the cell.
    """

    name: str
    arguments: tuple[Value, ...] = ()
    parameters: Mapping[str, Value] = field(default_factory=dict)
    called: bool = field(default=False, compare=False)
    place: Place | None = field(default=None, compare=False, repr=False)
    places: Mapping[int | str, Place] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True)
class Spec:
    """An experiment as it was asked for.

    Attributes
    ----------
    data
        A path, or the use of a component (`sample()`) or of a variable.
    modalities
        Names of modalities; left out, all that the data hold.
    text, audio, video
        The encoder chain of each modality.
    fusion
        How modalities are combined.
    models, metrics, ensemble
        Components or variables; the first metric ranks.
    thresholds
        Metrics for which thresholds between classes are tuned, on held-out predictions.
    folds, test, search
        How rows are held out, which are locked away, which parameters are tried.
    ablate
        What is left out in turn.
    budget, fit_limit
        Most time for the whole run and for one fit, such as `"10min"`.
    checkpoint
        How long finished fits may wait before they are written to the history, such as `"30s"`.
    nested
        `on`, or `off`: whether one fit may evaluate a whole grid where the result is the same.
    baselines
        Models that run beside the others, to compare with.
    jobs
        Number of workers; -1 for one on each core.
    seed
        What every random choice starts from.
    silence
        Codes of checks that are passed over.
    places
        Where each key stands in the cell, in the order in which they were written.
    """

    data: Value = None
    modalities: tuple[Use, ...] | None = None
    text: tuple[Use, ...] | None = None
    audio: tuple[Use, ...] | None = None
    video: tuple[Use, ...] | None = None
    fusion: Use | None = None
    models: tuple[Use, ...] | None = None
    metrics: tuple[Use, ...] | None = None
    folds: Use | None = None
    test: Use | None = None
    search: Use | None = None
    ensemble: tuple[Use, ...] | None = None
    thresholds: tuple[Use, ...] | None = None
    ablate: tuple[Use, ...] | None = None
    baselines: tuple[Use, ...] | None = None
    budget: str | None = None
    fit_limit: str | None = None
    checkpoint: str | None = None
    nested: Use | None = None
    jobs: int | None = None
    seed: int | None = None
    silence: tuple[Use, ...] | None = None
    places: Mapping[str, Place] = field(default_factory=dict, compare=False, repr=False)


def seconds_of(duration: str) -> float:
    """Return a length of time in seconds.

    Examples
    --------
    >>> seconds_of("1.5min"), seconds_of("2 h"), seconds_of("30s")
    (90.0, 7200.0, 30.0)
    """
    number, unit = re.fullmatch(r"\s*([\d.]+)\s*(\w+)\s*", duration).groups()  # type: ignore[union-attr]  # a cell holds no other
    return float(number) * {"s": 1, "m": 60, "h": 3600}[unit[0]]


def written(value: Value) -> str:
    """Write one value as it stands in a cell.

    Examples
    --------
    >>> written(Use("log", (0.1, 10.0, 3)))
    'log(0.1, 10.0, 3)'
    >>> written({"depth": [1, 2]})
    '{"depth": [1, 2]}'
    """
    match value:
        case Use():
            return _written_use(value)
        case list():
            return f"[{', '.join(written(v) for v in value)}]"
        case tuple():
            return f"({', '.join(written(v) for v in value)}{',' if len(value) == 1 else ''})"
        case dict():
            return f"{{{', '.join(f'{written(k)}: {written(v)}' for k, v in value.items())}}}"
        case float() if math.isinf(value):  # as Python itself has no word for it among the constants
            return "1e999" if value > 0 else "-1e999"
        case str() if '"' not in value and "\\" not in value and value.isprintable():
            return f'"{value}"'
    return repr(value)


def _written_use(use: Use) -> str:
    if not (use.called or use.arguments or use.parameters):
        return use.name
    inside = [written(v) for v in use.arguments]
    inside += [f"{name}={written(v)}" for name, v in use.parameters.items()]
    return f"{use.name}({', '.join(inside)})"


OFF = Use("off")
DURATIONS = ("budget", "fit_limit", "checkpoint")
KEYS = tuple(f.name for f in fields(Spec) if f.name != "places")
