"""Models that are not scikit-learn's: recognised without importing the libraries that they belong to.

Whoever hands a torch module over has imported torch, so it is looked for among the modules that are there.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import partial
from typing import Any

from mosi_nb.components.keras_models import KerasModel
from mosi_nb.components.keras_plain import Template
from mosi_nb.components.keras_training import require_keras
from mosi_nb.components.plain_modules import Instance
from mosi_nb.components.torch_models import ModuleModel, SkorchModel
from mosi_nb.components.torch_nets import require_skorch


def is_network(thing: object) -> bool:
    """Tell whether something is a torch module, a skorch net or a Keras model, or a class of modules or models.

    Examples
    --------
    >>> is_network(object())
    False
    """
    return _is(thing, "torch.nn", "Module") or _is(thing, "skorch", "NeuralNet") or _is(thing, "keras", "Model")


def adapted(thing: Any) -> Any:
    """Return what trains a network and puts it on the sentiment scale; anything else as it is.

    Parameters
    ----------
    thing
        An object or class of the notebook.

    Raises
    ------
    MissingExtraError
        If what trains it is not installed.
    ValueError
        If it cannot be sent to workers.
    """
    if not isinstance(thing, type) and _is_wrapper(thing):
        return _unwrapped(thing)
    if _is(thing, "keras", "Model"):  # before torch: with that backend a Keras model is a torch module too
        require_keras()
        return KerasModel(thing if isinstance(thing, type) else Template.of(thing))
    if _is(thing, "skorch", "NeuralNet") and not isinstance(thing, type):
        return SkorchModel(thing)
    if _is(thing, "torch.nn", "Module"):
        require_skorch(f"the torch module {(thing if isinstance(thing, type) else type(thing)).__name__}")
        return ModuleModel(thing if isinstance(thing, type) else Instance(thing))
    return thing


def import_libraries(estimator: Any) -> None:
    """Import what trains the networks in an estimator.

    Raises
    ------
    MissingExtraError
        If that is not installed.
    """
    for one in (estimator, *estimator.get_params(deep=True).values()):
        if isinstance(one, ModuleModel | SkorchModel):
            require_skorch("a network of torch")
        elif isinstance(one, KerasModel):
            require_keras()


def _is(thing: object, module: str, name: str) -> bool:
    kind = getattr(sys.modules.get(module), name, None)
    if not isinstance(kind, type):
        return False
    return issubclass(thing, kind) if isinstance(thing, type) else isinstance(thing, kind)


def _is_wrapper(thing: object) -> bool:
    wrappers = getattr(sys.modules.get("keras"), "wrappers", None)
    kinds = tuple(getattr(wrappers, name, type(None)) for name in ("SKLearnRegressor", "SKLearnClassifier"))
    return wrappers is not None and thing is not None and isinstance(thing, kinds)


def _unwrapped(wrapper: Any) -> KerasModel:
    """Return what does as one of `keras.wrappers`: that one draws from no seed and forgets `fit_kwargs` when cloned."""
    keras, params = require_keras(), dict(wrapper.fit_kwargs or {})
    params.pop("verbose", None)
    model = wrapper.model
    if isinstance(model, keras.Model):
        template = Template.of(model)
        model = template if wrapper.warm_start else template.fresh()
    is_classifier = isinstance(wrapper, keras.wrappers.SKLearnClassifier)
    return KerasModel(
        model,
        wrapper.model_kwargs,
        epochs=params.pop("epochs", 1),
        batch_size=params.pop("batch_size", None) or 32,
        valid=params.pop("validation_split", None) or 0.0,
        patience=None,
        classes=7 if is_classifier else None,
        fit_params=params or None,
    )


def splits_at_random(estimator: Any, params: Mapping[str, Any]) -> list[str]:
    """Return the parameters by which a network splits its training rows, and not its videos.

    Parameters
    ----------
    estimator, params
        Any estimator, and its parameters.
    """
    found = []
    split, settings = params.get("train_split"), params.get("fit_kwargs")
    if split is not None and _is(estimator, "skorch", "NeuralNet"):
        is_given = isinstance(split, partial) and str(split.func.__module__).startswith("skorch")
        if not is_given:
            found.append(f"train_split={getattr(split, '__name__', type(split).__name__)}")
    if isinstance(settings, Mapping) and settings.get("validation_split"):
        found.append(f"validation_split={settings['validation_split']}")
    return found


def replaced_split(estimator: Any) -> Any:
    """Return the net inside an estimator whose random split is replaced by whole videos; None where there is none."""
    if not isinstance(estimator, SkorchModel):
        return None
    split = getattr(estimator.net, "train_split", None)
    is_number = isinstance(getattr(split, "cv", None), int | float)
    return estimator.net if type(split).__name__ == "ValidSplit" and is_number else None
