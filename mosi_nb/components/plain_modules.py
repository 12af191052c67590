"""A torch module as plain data and back: classes by name, numbers as arrays, and no code.

A saved model holds a module in this form. Whoever reads it sees all classes that would be made before
any is; what is set on them is numbers, strings and arrays, never a function of the file's choice.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

TAG = "__torch__"
"""The key of a dict that stands for something that is no plain value."""

FUNCTIONS = ("relu", "relu6", "elu", "selu", "gelu", "silu", "mish", "leaky_relu", "softplus", "tanh", "sigmoid")
"""Functions of torch.nn.functional that may stand in an attribute, as in its transformer layers."""

REBUILT = ("_flat_weights", "_flat_weight_refs")
"""Attributes of recurrent layers that they make of their parameters."""


class UnsavedError(TypeError):
    """A module that cannot be written as plain data."""

    @classmethod
    def of(cls, what: str, advice: str) -> UnsavedError:
        """Build the message for what is in the way, with what to do."""
        return cls(f"{what} cannot be written to a file. {advice}")


def plain(module: Any) -> dict[str, Any]:
    """Return a torch module as plain data.

    Parameters
    ----------
    module
        Fitted: lazy layers are no longer lazy.

    Raises
    ------
    UnsavedError
        If it holds something else than numbers, strings, arrays and modules.
    """
    kind, own = type(module), _own_names()
    hooks = [name for name in own if "_hooks" in name and vars(module).get(name)]
    if "<locals>" in kind.__qualname__:
        raise UnsavedError.of(f"The class {kind.__qualname__}", "Define it outside of all functions.")
    if hooks or "parametrizations" in module._modules:  # noqa: SLF001 -- torch has no other way that keeps names with None
        raise UnsavedError.of(f"{kind.__name__}, with hooks or parametrizations,", "Do in forward what they do.")
    values = {name: value for name, value in vars(module).items() if name not in own and name not in REBUILT}
    return {
        "type": kind,
        "values": {name: _encoded(value, f"{kind.__name__}.{name}") for name, value in values.items()},
        "parameters": {name: _array(one) for name, one in module._parameters.items()},  # noqa: SLF001 -- as above
        "buffers": {name: _array(one) for name, one in module._buffers.items()},  # noqa: SLF001 -- as above
        "children": {name: one if one is None else plain(one) for name, one in module._modules.items()},  # noqa: SLF001 -- as above
    }


def restored(found: Mapping[str, Any]) -> Any:
    """Return the module that `plain` was given, ready to predict.

    Raises
    ------
    ValueError
        If it names what is no module, or sets what is none of a file's business.
    """
    from torch import nn  # noqa: PLC0415 -- an extra

    kind = found["type"]
    if not (isinstance(kind, type) and issubclass(kind, nn.Module)):
        message = f"{getattr(kind, '__name__', kind)!r} is no torch module"
        raise ValueError(message)  # noqa: TRY004 -- a damaged file, and no wrong argument
    module = kind.__new__(kind)
    nn.Module.__init__(module)
    own = _own_names()
    for name, value in found["values"].items():
        if name in own or name.startswith("__"):
            message = f"'{name}' is no attribute that a file may set"
            raise ValueError(message)
        vars(module)[name] = _decoded(value)
    for name, array in found["parameters"].items():
        tensor = _tensor(array)
        module._parameters[name] = (  # noqa: SLF001 -- a module's __setattr__ may be anything
            tensor if tensor is None else nn.Parameter(tensor, requires_grad=tensor.is_floating_point())
        )
    module._buffers.update({name: _tensor(array) for name, array in found["buffers"].items()})  # noqa: SLF001 -- as above
    children = {name: one if one is None else restored(one) for name, one in found["children"].items()}
    module._modules.update(children)  # noqa: SLF001 -- as above
    if isinstance(module, nn.RNNBase):
        module._init_flat_weights()  # noqa: SLF001 -- what its own __setstate__ does
    return module.eval()


def _own_names() -> set[str]:
    """Return the attributes that every module has."""
    from torch import nn  # noqa: PLC0415 -- as above

    return set(vars(nn.Module()))


def _array(tensor: Any) -> dict[str, Any] | None:
    if tensor is None:
        return None
    name = str(tensor.dtype).removeprefix("torch.")
    numbers = tensor.detach().cpu()
    return {"array": (numbers.float() if name == "bfloat16" else numbers).numpy().copy(), "dtype": name}


def _tensor(found: Mapping[str, Any] | None) -> Any:
    import torch  # noqa: PLC0415 -- as above

    return None if found is None else torch.from_numpy(np.array(found["array"])).to(_dtype(found["dtype"]))


def _dtype(name: str) -> Any:
    import torch  # noqa: PLC0415 -- as above

    found = getattr(torch, name)
    if not isinstance(found, torch.dtype):
        message = f"'{name}' is no dtype of torch"
        raise ValueError(message)  # noqa: TRY004 -- a damaged file, and no wrong argument
    return found


def _encoded(value: Any, where: str) -> Any:
    import torch  # noqa: PLC0415 -- as above

    is_array = isinstance(value, np.ndarray) and value.dtype != object
    if is_array or value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, list | tuple):
        items = [_encoded(one, where) for one in value]
        return items if isinstance(value, list) else tuple(items)
    if isinstance(value, Mapping) and all(isinstance(key, str) and key != TAG for key in value):
        return {key: _encoded(one, f"{where}[{key!r}]") for key, one in value.items()}
    if isinstance(value, torch.nn.Module):
        return {TAG: "module", "value": plain(value)}
    if isinstance(value, torch.Tensor):
        return {TAG: "tensor", "value": _array(value)}
    if isinstance(value, torch.dtype):
        return {TAG: "dtype", "value": str(value).removeprefix("torch.")}
    name = getattr(value, "__name__", "")
    if name in FUNCTIONS and value in (getattr(torch.nn.functional, name, None), getattr(torch, name, None)):
        return {TAG: "function", "value": name}
    what = f"{where}, of type {type(value).__name__},"
    raise UnsavedError.of(what, "Keep numbers, text, tensors and torch modules in attributes, and no functions.")


def _decoded(value: Any) -> Any:
    import torch  # noqa: PLC0415 -- as above

    if isinstance(value, list | tuple):
        items = [_decoded(one) for one in value]
        return items if isinstance(value, list) else tuple(items)
    if not isinstance(value, Mapping):
        if value is None or isinstance(value, bool | int | float | str | np.ndarray):
            return value
        message = f"an attribute of type {type(value).__name__}"
        raise ValueError(message)
    if TAG not in value:
        return {key: _decoded(one) for key, one in value.items()}
    tag, inner = value[TAG], value["value"]
    if tag == "function" and inner in FUNCTIONS:
        return getattr(torch.nn.functional, inner, None) or getattr(torch, inner)
    readers: dict[str, Callable[[Any], Any]] = {"module": restored, "tensor": _tensor, "dtype": _dtype}
    return readers[tag](inner)


class Stored:
    """A fitted module on its way: by pickle as it is, to a file as plain data.

    Parameters
    ----------
    module
        The module.
    reason
        Why it cannot go to a file; empty if it can.
    """

    def __init__(self, module: Any, reason: str = "") -> None:
        self.module, self.reason = module, reason

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        """Tell pickle and copy, which ask for this, to take the module as it is."""
        return type(self), (self.module, self.reason)

    def __getstate__(self) -> dict[str, Any]:
        """Return plain data to skops, which asks for this."""
        if self.reason:
            raise UnsavedError(self.reason)
        return plain(self.module)

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        """Make the module of plain data."""
        self.module, self.reason = restored(state), ""


class Instance:
    """A module that the user made, with its weights: what each fit begins with a copy of.

    Parameters
    ----------
    module
        The module; None in a model that was read from a file, which holds what was fitted alone.
    """

    def __init__(self, module: Any = None) -> None:
        self.module = module

    def copy(self) -> Any:
        """Return a copy to train.

        Raises
        ------
        ValueError
            If it was read from a file.
        """
        if self.module is None:
            message = "a saved model does not bring the net that it began with; train one of your own."
            raise ValueError(message)
        return copy.deepcopy(self.module)

    def __repr__(self) -> str:
        """Return the name of its class."""
        return type(self.module).__name__

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        """Tell pickle and copy to take the module as it is."""
        return type(self), (self.module,)

    def __getstate__(self) -> dict[str, Any]:
        """Leave the module behind where skops writes a file."""
        return {}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        """Be without a module."""
        self.module = None

    def content(self) -> Any:
        """Return all that tells the module from others, the same in each process; see `Walk`."""
        return _content(self.module)


def _content(module: Any) -> Any:
    from torch.nn.modules.lazy import LazyModuleMixin  # noqa: PLC0415 -- as above
    from torch.nn.parameter import is_lazy  # noqa: PLC0415 -- as above

    # Hooks of a lazy layer are its own, and numbered by how many there were before in this process.
    own, is_waiting = _own_names(), isinstance(module, LazyModuleMixin)
    left_out = {*REBUILT, *own, *(("_load_hook", "_initialize_hook") if is_waiting else ())}
    numbers = {**module._parameters, **module._buffers}  # noqa: SLF001 -- as above
    return (
        type(module),
        [(name, value) for name, value in vars(module).items() if name not in left_out],
        [(name, "lazy" if is_lazy(one) else one) for name, one in numbers.items()],
        [(name, one if one is None else _content(one)) for name, one in module._modules.items()],  # noqa: SLF001 -- as above
        [[*vars(module)[name].values()] for name in sorted(own) if "_hooks" in name and not is_waiting],
    )
