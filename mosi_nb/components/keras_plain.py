"""A Keras model as plain data and back: its config as JSON, its numbers as arrays, and no code.

A config names classes, and Keras makes what it names. So each name is looked at before anything is made:
only Keras' own layers and what belongs to them, and classes that the user handed over or registered.
"""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from types import FunctionType
from typing import Any

import numpy as np
from numpy.typing import NDArray

HOMES = frozenset(
    {"keras", "builtins"}
    | {f"keras.{name}" for name in ("activations", "constraints", "initializers", "layers", "losses", "metrics")}
    | {f"keras.{name}" for name in ("models", "optimizers", "optimizers.schedules", "regularizers", "dtype_policies")}
)
"""Where Keras keeps what a model is made of."""

INNER = (
    "keras.src.ops.",
    "keras.src.models.",
    "keras.src.layers.",
    "keras.src.optimizers.",
    "keras.src.backend.torch.",
)

REFUSED = frozenset(
    {"Lambda", "__lambda__", "TorchModuleWrapper", "FlaxLayer", "JaxLayer", "TFSMLayer", "__typespec__"}
    | {"StringLookup", "IntegerLookup", "IndexLookup", "TextVectorization"}
)
"""Layers that run code of the file, or read files that it names."""

INSTEAD = (
    "Use another layer in its place, or a class of your own: derive it from keras.layers.Layer, with "
    "@keras.saving.register_keras_serializable() above it."
)
"""What to do about a layer that is refused."""

PLAIN = frozenset({"__keras_tensor__", "__tensor__", "__numpy__", "__bytes__", "__ellipsis__", "__slice__"})


@contextmanager
def ours() -> Iterator[None]:
    """Keep to ourselves what Keras' own code is told by numpy 2: nobody who reads it can change it."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="__array__ implementation doesn't accept a copy", module="keras")
        yield


@dataclass(frozen=True, eq=False)
class Template:
    """A Keras model as plain data.

    Attributes
    ----------
    config
        JSON, as Keras serializes a model.
    variables
        Its numbers, in the order of `model.variables`; empty if they are to be drawn.
    custom
        The user's own classes and functions in it, by the name in the config.
    """

    config: str
    variables: tuple[NDArray[Any], ...] = ()
    custom: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, model: Any, *, compiled: bool = True) -> Template:
        """Return a model as plain data.

        Parameters
        ----------
        model
            Of Keras.
        compiled
            Whether it is to be trained again, with its loss and optimizer.

        Raises
        ------
        ValueError
            If it holds what cannot be written, such as a Lambda layer.
        """
        import keras  # noqa: PLC0415 -- an extra

        with ours():
            config = keras.saving.serialize_keras_object(model)
            arrays = tuple(arrays_of(model.variables))
        if not compiled:
            config["compile_config"] = None
        try:
            names = _names(config)
        except ValueError as error:
            raise ValueError(f"{error}. {INSTEAD}") from None
        custom = _known(names, model)
        return cls(json.dumps(config), arrays if model.built else (), custom)

    def fresh(self) -> Template:
        """Return the same without its numbers: they are drawn anew each time."""
        return replace(self, variables=())

    def built(self) -> Any:
        """Return the model.

        Raises
        ------
        ValueError
            If the config names what may not be made, or the numbers are not those of such a model.
        """
        import keras  # noqa: PLC0415 -- as above

        config = json.loads(self.config)
        registered = keras.saving.get_custom_objects()
        unknown = [name for name in _names(config) if name not in self.custom and name not in registered]
        if unknown:
            message = f"it holds '{unknown[0]}', which is neither Keras' own nor registered here"
            raise ValueError(message)
        with ours():
            model = keras.saving.deserialize_keras_object(config, custom_objects=dict(self.custom), safe_mode=True)
        if not isinstance(model, keras.Model):
            message = "the config is that of no model"
            raise ValueError(message)  # noqa: TRY004 -- a damaged file, and no wrong argument
        if self.variables:
            set_variables(model.variables, self.variables)
        return model

    def content(self) -> Any:
        """Return all that tells the model from others, the same in each process; see `Walk`."""
        return json.dumps(_renamed(json.loads(self.config), {}), sort_keys=True), self.variables, dict(self.custom)


def arrays_of(variables: Any) -> list[NDArray[Any]]:
    """Return the numbers of variables of Keras."""
    import keras  # noqa: PLC0415 -- as above

    return [np.array(keras.ops.convert_to_numpy(one)) for one in variables]


def set_variables(variables: Any, arrays: Any) -> None:
    """Give variables of Keras the numbers of arrays, in their order.

    Raises
    ------
    ValueError
        If there are more or fewer, or one has another shape.
    """
    if [tuple(one.shape) for one in variables] != [np.shape(one) for one in arrays]:
        message = "the numbers are those of another model"
        raise ValueError(message)
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)


def _entries(config: Any) -> Iterator[Mapping[str, Any]]:
    """Yield all parts of a config that name something to make."""
    if isinstance(config, Mapping):
        if "class_name" in config:
            yield config
        for value in config.values():
            yield from _entries(value)
    elif isinstance(config, list | tuple):
        for value in config:
            yield from _entries(value)


def _names(config: Any) -> list[str]:
    """Return what of a config is not Keras' own.

    Raises
    ------
    ValueError
        If it names what no file may.
    """
    found: dict[str, None] = {}
    for entry in _entries(config):
        name, home = entry["class_name"], entry.get("module")
        if name in PLAIN:
            continue
        if not isinstance(name, str) or name in REFUSED or name.rpartition(">")[2] in REFUSED:
            message = f"it holds '{name}', which would run code or read files that the config names"
            raise ValueError(message)
        if name == "function":
            own = entry.get("config")
            if home != "builtins" or not isinstance(own, str) or not _is_builtin(own):
                found[str(own)] = None
        elif home is None or not _is_keras(home, name):
            found[str(entry.get("registered_name") or name)] = None  # Keras looks it up by this
    return list(found)


def _is_builtin(name: str) -> bool:
    import keras  # noqa: PLC0415 -- as above

    return any(hasattr(getattr(keras, home), name) for home in ("activations", "losses", "metrics"))


def _is_keras(home: Any, name: str) -> bool:
    if not isinstance(home, str):
        return False
    if home in HOMES:
        return True
    if not home.startswith(INNER):
        return False
    import importlib  # noqa: PLC0415 -- beside the one that it serves

    from keras.src.saving.keras_saveable import KerasSaveable  # noqa: PLC0415 -- as above

    try:
        found = getattr(importlib.import_module(home), name, None)
    except ImportError:
        return False
    return isinstance(found, type) and issubclass(found, KerasSaveable)


def _known(names: list[str], model: Any) -> dict[str, Any]:
    """Return the user's own classes and functions that a model holds, by name.

    Raises
    ------
    ValueError
        If one is not found.
    """
    import keras  # noqa: PLC0415 -- as above

    held: dict[str, Any] = dict(keras.saving.get_custom_objects())
    for layer in model._flatten_layers():  # noqa: SLF001 -- Keras tells all layers nowhere else
        for thing in (type(layer), *vars(layer).values()):
            if isinstance(thing, type | FunctionType):
                held[thing.__name__] = held[keras.saving.get_registered_name(thing)] = thing
    for thing in (getattr(model, "loss", None), type(getattr(model, "optimizer", None))):
        if isinstance(thing, type | FunctionType):
            held[thing.__name__] = held[keras.saving.get_registered_name(thing)] = thing
    missing = [name for name in names if name not in held]
    if missing:
        message = (
            f"'{missing[0]}' is neither Keras' own nor registered. "
            "Write @keras.saving.register_keras_serializable() above its definition."
        )
        raise ValueError(message)
    return {name: held[name] for name in names}


def _renamed(config: Any, met: dict[str, str], key: str = "") -> Any:
    """Return a config with names that do not tell how many models were made before in this process."""
    if isinstance(config, Mapping):
        if str(config.get("class_name", "")).endswith("DTypePolicy"):
            return dict(config)
        return {name: _renamed(value, met, name) for name, value in config.items()}
    if isinstance(config, list | tuple):
        return [_renamed(value, met, key) for value in config]
    if isinstance(config, str) and key in ("name", "keras_history", "input_layers", "output_layers"):
        return met.setdefault(config, f"{re.sub(r'_[0-9]+$', '', config)} {len(met)}")
    return config
