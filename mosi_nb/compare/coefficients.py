"""What a fitted model makes of its columns: coefficients or importances, by modality and by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.sparse import issparse
from sklearn.pipeline import FeatureUnion, Pipeline

from mosi_nb.components.ensembles import Combined
from mosi_nb.components.estimators import AnyModel, CentredKernelRidge
from mosi_nb.components.tasks import SentimentClassifier
from mosi_nb.components.transformers import Dense, PoolSteps
from mosi_nb.results import Vector

if TYPE_CHECKING:
    from mosi_nb.data.segments import Segments

COLUMNS = ("modality", "column", "value", "spread", "contribution")
TOGETHER = "all together"
"""Stands for the modality where columns cannot be told apart."""
BARE = ("Dummy", "KNeighbors", "RadiusNeighbors", "GaussianProcess", "HistGradient", "MLP")
"""Beginnings of the names of scikit-learn's classes that have neither coefficients nor importances."""
NEITHER = "has neither coefficients nor importances; importance() tells what it relies on, by permuting its columns."


@dataclass(frozen=True)
class Explained:
    """What a model makes of its columns.

    Attributes
    ----------
    kind
        `coefficients`, `importances`, or empty where there are none.
    meaning
        What a value is, as a sentence; where there are none, why, and how to learn it in another way.
    columns
        One row a column that the model sees: `modality, column, value`, `spread` (standard deviation over
        the training segments) and `contribution` (of a coefficient, value times spread; of an importance,
        itself). NaN where the training segments are not there.
    moves
        By modality, the standard deviation over the training segments of what its columns together add to
        the prediction; empty where coefficients or segments are not there.
    """

    kind: str
    meaning: str
    columns: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(COLUMNS)))
    moves: Mapping[str, float] = field(default_factory=dict)

    def by_modality(self) -> pd.DataFrame:
        """Return one row a modality: `columns`, `contribution` (sum of absolute values), its `share`, and `moves`."""
        grouped = self.columns.groupby("modality", sort=False)["contribution"]
        sums = grouped.agg(lambda held: held.abs().sum(min_count=1))
        frame = pd.DataFrame({"columns": grouped.size(), "contribution": sums})
        share = frame["contribution"] / frame["contribution"].sum()
        return frame.assign(share=share, moves=[self.moves.get(str(name), np.nan) for name in frame.index])


def explained(pipeline: Any, segments: Segments | None = None) -> Explained:
    """Return coefficients or importances of a fitted pipeline.

    Parameters
    ----------
    pipeline
        From segments to predicted sentiment, as the candidates of a plan have it.
    segments
        Those that it was trained on, for the spread of each column; None where they are not there.
    """
    if isinstance(pipeline, Combined):
        return Explained("", "It combines predictions, and sees no columns: members tells its weights.")
    if not isinstance(pipeline, Pipeline):
        return Explained("", "It is no pipeline of encoders and one model, whose columns could be named.")
    features, model = pipeline.steps[0][1], pipeline.steps[-1][1]
    kind, meaning, values = _values(model)
    if values is None:
        return Explained("", meaning)
    between = len(pipeline.steps) > 2  # noqa: PLR2004 -- encoders and model: what stands between changes the columns
    modalities, names = _named_columns(None if between else features, len(values))
    seen = None if segments is None or between else features.transform(segments)
    seen = None if seen is None or seen.shape[1] != len(values) else seen
    spread = np.full(len(values), np.nan) if seen is None else _spread(seen)
    contribution = values * spread if kind == "coefficients" else values
    held = (modalities, names, values, spread, contribution)
    moves = {} if seen is None or kind != "coefficients" else _moves(seen, values, np.array(modalities))
    if seen is None and kind == "coefficients":
        why = "the training segments are not there" if segments is None else "what stands between changes the columns"
        meaning = f"{meaning} Moves, contributions and shares are –: {why}, so how far a column varies is not known."
    return Explained(kind, meaning, pd.DataFrame(dict(zip(COLUMNS, held, strict=True))), moves)


def is_linear(estimator: Any) -> bool:
    """Tell whether an estimator, fitted or not, is a linear model of its columns.

    Examples
    --------
    >>> from sklearn.linear_model import Ridge
    >>> from sklearn.svm import SVR
    >>> is_linear(Ridge()), is_linear(SVR()), is_linear(SVR(kernel="linear"))
    (True, False, True)
    """
    inner = getattr(estimator, "classifier", None) or getattr(estimator, "model", None) or estimator
    name, home = type(inner).__name__, type(inner).__module__
    if name in {"SVR", "SVC"}:
        return getattr(inner, "kernel", "") == "linear"
    return home.startswith("sklearn.linear_model") or name in {"LinearSVR", "LinearSVC", "OrdinalLogistic"}


def never_explained(estimator: Any) -> str:
    """Say that an estimator, fitted or not, can never have coefficients or importances; empty where it may.

    Examples
    --------
    >>> from sklearn.svm import SVR
    >>> never_explained(SVR())[:44], never_explained(SVR(kernel="linear"))
    ('SVR has neither coefficients nor importances', '')
    """
    inner = getattr(estimator, "classifier", None) or getattr(estimator, "model", None) or estimator
    kind = type(inner)
    if kind.__module__.split(".")[0] != "sklearn" or hasattr(kind, "estimator") or hasattr(inner, "estimator"):
        return ""
    by_kernel = kind.__name__ in {"SVR", "SVC", "NuSVR", "NuSVC"} and getattr(inner, "kernel", "") != "linear"
    bare = kind.__name__.startswith(BARE)
    return f"{kind.__name__} {NEITHER}" if by_kernel or bare else ""


def size_of(pipeline: Any) -> str:
    """Return how large a fitted model is, in what it consists of; empty where that is not known."""
    model = _inner(pipeline.steps[-1][1] if isinstance(pipeline, Pipeline) else pipeline)
    coefficients = _attribute(model, "coef_")
    if coefficients is not None:
        return f"{np.size(coefficients):,} coefficients"
    trees = _attribute(model, "estimators_")
    if trees is not None and all(hasattr(tree, "tree_") for tree in np.ravel(trees)):
        nodes = sum(tree.tree_.node_count for tree in np.ravel(trees))
        return f"{len(np.ravel(trees)):,} trees with {nodes:,} nodes"
    support, layers = _attribute(model, "support_"), _attribute(model, "coefs_")
    if support is not None:
        return f"{len(support):,} support vectors"
    if isinstance(layers, list):
        weights = sum(np.size(one) for one in (*layers, *model.intercepts_))
        return f"{weights:,} weights"
    module = _attribute(model, "module_")
    if hasattr(module, "parameters"):
        return f"{sum(int(one.numel()) for one in module.parameters()):,} weights"
    return ""


def _values(model: Any) -> tuple[str, str, Vector | None]:
    """Return kind, meaning and one value a column; None with the reason where there are none."""
    inner = _inner(model)
    coefficients, importances = _attribute(inner, "coef_"), _attribute(inner, "feature_importances_")
    if coefficients is not None and not callable(coefficients):
        dense = np.atleast_2d(np.asarray(coefficients.toarray() if issparse(coefficients) else coefficients, float))
        return _coefficients(model, dense)
    if importances is not None:
        meaning = "Share of the impurity that splits on a column take away; columns of many values are favoured."
        return "importances", meaning, np.asarray(importances, dtype=np.float64)
    return "", f"{type(inner).__name__} {NEITHER}", None


def _coefficients(model: Any, dense: Any) -> tuple[str, str, Vector | None]:
    points = "Points that the prediction moves when a column grows by 1"
    if not isinstance(model, SentimentClassifier):
        return "coefficients", f"{points}.", dense[0] if len(dense) == 1 else None
    centres = np.asarray(model.centres_, dtype=np.float64)
    if len(dense) == 1 and len(centres) == 2:  # noqa: PLR2004 -- one line between two classes
        return "coefficients", f"{points}, where both classes are as probable.", dense[0] * np.diff(centres)[0] / 4
    if len(dense) == 1:
        return "coefficients", "How the log-odds of a more positive class move when a column grows by 1.", dense[0]
    if len(dense) != len(centres):
        return "", "Its coefficients tell pairs of classes apart, and add up to no direction of sentiment.", None
    slopes = (centres - centres.mean()) @ dense / len(centres)
    return "coefficients", f"{points}, where all classes are as probable.", np.asarray(slopes)


def _inner(model: Any) -> Any:
    """Return the estimator within what puts it on the scale."""
    if isinstance(model, SentimentClassifier):
        return model.classifier_
    return model.model_ if isinstance(model, AnyModel | CentredKernelRidge) else model


def _attribute(model: Any, name: str) -> Any:
    try:
        return getattr(model, name, None)
    except Exception:  # noqa: BLE001 -- a property of somebody's estimator may raise whatever it likes
        return None


def _named_columns(features: Any, count: int) -> tuple[list[str], list[str]]:
    """Return modality and name of each column; numbers where they cannot be known."""
    blocks = features.transformer_list if isinstance(features, FeatureUnion) else []
    named = [(modality, names_of(modality, chain)) for modality, chain in blocks]
    modalities = [modality for modality, names in named for _ in names]
    columns = [str(name) for _, names in named for name in names]
    if len(columns) == count:
        return modalities, columns
    return [TOGETHER] * count, [f"column {number}" for number in range(count)]


def names_of(modality: str, chain: Any) -> Sequence[str]:
    """Return the names of the columns that a fitted chain of encoders leaves; none where they are not known.

    Parameters
    ----------
    modality
        Its name.
    chain
        Whose first step takes the modality.
    """
    names: Sequence[str] | None = None
    statistics: Sequence[str] = ("",)
    for _, step in chain.steps[1:]:
        if isinstance(step, PoolSteps):
            statistics = [f" {name}" for name in step.statistics]
            continue
        try:
            known = _first_names(modality, step, statistics) if names is None else names
            names = _names_after(modality, step, known)
        except Exception:  # noqa: BLE001 -- an encoder of somebody's own may refuse names in any way
            return ()
    return names or ()


def _first_names(modality: str, step: Any, statistics: Sequence[str]) -> Sequence[str]:
    """Return the names of the columns that the first step sees; none for words."""
    if hasattr(step, "vocabulary_"):
        return ()
    count = step.n_features_in_ // len(statistics)
    return [f"{modality}_{number}{name}" for name in statistics for number in range(count)]


def _names_after(modality: str, step: Any, names: Sequence[str]) -> Sequence[str]:
    if isinstance(step, Dense):
        return names if step.svd_ is None else [f"{modality} topic {n}" for n in range(step.svd_.n_components)]
    return list(step.get_feature_names_out(np.asarray(names, dtype=object)) if names else step.get_feature_names_out())


def _spread(seen: Any) -> Vector:
    """Return the standard deviation of each column over segments."""
    if issparse(seen):
        mean = np.asarray(seen.mean(axis=0)).ravel()
        squares = np.asarray(seen.multiply(seen).mean(axis=0)).ravel()
        return np.asarray(np.sqrt(np.maximum(squares - mean**2, 0)))
    return np.asarray(np.std(np.asarray(seen, dtype=np.float64), axis=0))


def _moves(seen: Any, values: Vector, modalities: np.ndarray) -> dict[str, float]:
    """Return, by modality, how much what its columns add to the prediction varies over segments."""
    parts = {str(name): np.where(modalities == name, values, 0.0) for name in dict.fromkeys(modalities.tolist())}
    return {name: float(np.std(np.asarray(seen @ part))) for name, part in parts.items()}
