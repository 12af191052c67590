"""Train and compare models of multimodal sentiment from one declarative notebook cell.

In a notebook::

    %load_ext mosi_nb

    %%mosi_experiment first
    data = sample()
    models = ridge(alpha=[1, 10, 100]), svr

The same without IPython: `Model(sample(), models=["ridge(alpha=[1, 10, 100])", "svr"]).fit()`.

How the package is laid out, from the bottom: `errors`, `spec` (what was asked), `results` (what came
out), `registry` and `data`, `components`, then `cell` (text to spec), `plan` (spec to fits) and `compare`
(results to numbers), then `run` (fits on a cluster), `displays` and `storage`, `model` (the whole flow),
and `notebook`, the only part that knows IPython.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from mosi_nb.cell import Search, parse, write
    from mosi_nb.data import DataIterator, Segments, Sequences, sample
    from mosi_nb.displays import check_component, check_loader
    from mosi_nb.errors import (
        BundleError,
        ClusterError,
        DataError,
        FitError,
        MissingExtraError,
        MosiError,
        NotTrainedError,
        RunningError,
        SpecError,
    )
    from mosi_nb.model import Model
    from mosi_nb.registry import component
    from mosi_nb.results import Results

__version__ = "0.1.0"

# Where each public name lives. They are imported when they are first used, so that `%load_ext` is quick.
_HOMES = {
    "BundleError": "errors",
    "ClusterError": "errors",
    "DataError": "errors",
    "DataIterator": "data",
    "FitError": "errors",
    "MissingExtraError": "errors",
    "Model": "model",
    "MosiError": "errors",
    "NotTrainedError": "errors",
    "Results": "results",
    "RunningError": "errors",
    "Search": "cell",
    "Segments": "data",
    "Sequences": "data",
    "SpecError": "errors",
    "check_component": "displays",
    "check_loader": "displays",
    "component": "registry",
    "parse": "cell",
    "sample": "data",
    "write": "cell",
}

__all__ = [
    "BundleError",
    "ClusterError",
    "DataError",
    "DataIterator",
    "FitError",
    "MissingExtraError",
    "Model",
    "MosiError",
    "NotTrainedError",
    "Results",
    "RunningError",
    "Search",
    "Segments",
    "Sequences",
    "SpecError",
    "check_component",
    "check_loader",
    "component",
    "parse",
    "sample",
    "write",
]


def _choose_backend_of_keras() -> None:
    """Let Keras compute with torch where its own default cannot be had, and nobody chose another.

    Keras reads the variable when it is first imported; workers, too, import this package before it.
    """
    if "keras" not in sys.modules and "KERAS_BACKEND" not in os.environ:
        has = {name: importlib.util.find_spec(name) is not None for name in ("keras", "torch", "tensorflow")}
        if has["keras"] and has["torch"] and not has["tensorflow"]:
            os.environ["KERAS_BACKEND"] = "torch"


_choose_backend_of_keras()


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        message = f"module 'mosi_nb' has no attribute {name!r}"
        raise AttributeError(message)
    value = getattr(importlib.import_module(f"mosi_nb.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]


def load_ipython_extension(ipython: InteractiveShell) -> None:
    """Register the magics: what `%load_ext mosi_nb` calls."""
    from mosi_nb.notebook import load  # noqa: PLC0415 -- IPython is not needed by the rest of the package

    load(ipython)


def unload_ipython_extension(ipython: InteractiveShell) -> None:
    """Take the magics away again: what `%unload_ext mosi_nb` calls."""
    from mosi_nb.notebook import unload  # noqa: PLC0415 -- as above

    unload(ipython)
