"""Chains of encoders: what stands in them, in which order, and what each step leaves behind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sklearn.decomposition import PCA
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.feature_selection import SelectKBest

from mosi_nb.components.transformers import PoolSteps, Scaler
from mosi_nb.data.segments import Modality, Sequences, columns_of, is_text
from mosi_nb.errors import SpecError
from mosi_nb.plan.parts import Part
from mosi_nb.plan.pooling import default_pool, refuse_empty_mean
from mosi_nb.spec import Use

DEFAULT_TEXT = (Use("tfidf"),)
DEFAULT_FEATURES = (Use("impute"), Use("scale", parameters={"block": True}, called=True))


def default_chain(modality: Modality) -> tuple[Use, ...]:
    """Return the encoder chain of a modality for which none was written."""
    return DEFAULT_TEXT if is_text(modality) else DEFAULT_FEATURES


def completed_chain(modality: Modality, chain: Sequence[Use]) -> tuple[Use, ...]:
    """Return a chain with the steps that numbers cannot do without: `pool` and `impute`.

    Sequences are pooled first (by `default_pool`, if nothing was written), and what is not finite
    is filled in before anything else sees it.

    Examples
    --------
    >>> import numpy as np
    >>> [use.name for use in completed_chain(np.zeros((2, 3)), [Use("scale")])]
    ['impute', 'scale']
    """
    chain = list(chain)
    if is_text(modality):
        return tuple(chain)
    names = [use.name for use in chain]
    if isinstance(modality, Sequences) and "pool" not in names:
        chain, names = [default_pool(modality), *chain], ["pool", *names]
    if "impute" not in names:
        chain.insert(names.index("pool") + 1 if "pool" in names else 0, Use("impute"))
    return tuple(chain)


def check_chain(name: str, modality: Modality, parts: Sequence[Part]) -> None:
    """Refuse a chain whose first step cannot read the modality, or finds nothing in it.

    Raises
    ------
    SpecError
        If text is raw and no encoder of text comes first, or the other way round.
    """
    if not parts:
        raise SpecError.at(None, name, "the chain has no encoder.", advice=f"Leave '{name}' out for the default one.")
    raw = is_text(modality)
    reads = parts[0].tags.get("reads")
    if raw and reads == "features":
        sentence = f"'{parts[0].name}' reads numbers, but {name} is raw text."
        raise SpecError.at(parts[0].use.place, name, sentence, advice="Begin with tfidf: text = tfidf, ...")
    for number, part in enumerate(parts):
        if part.tags.get("reads") == "text" and (number > 0 or not raw):
            after = "but it comes after another encoder"
            found = after if number and raw else f"but {name} holds {columns_of(modality)} columns of numbers"
            sentence = f"'{part.name}' reads raw text, {found}."
            advice = f"Leave '{part.name}' out, or choose data with raw text."
            raise SpecError.at(part.use.place, name, sentence, advice=advice)
    refuse_empty_mean(name, modality, parts)


def refuse_bad_values(estimator: Any, part: Part) -> None:
    """Let scikit-learn check the values now, not in the middle of a run.

    Raises
    ------
    SpecError
        With scikit-learn's sentence, which names the parameter and what it may be.
    """
    inner = getattr(estimator, "classifier", estimator)
    if not hasattr(inner, "_parameter_constraints"):
        return
    try:
        inner._validate_params()  # noqa: SLF001 -- there is no public way before `fit`
    except ValueError as error:
        raise SpecError.at(part.use.place, part.key, str(error)) from None


def sparse_after(transformer: Any, part: Part, *, sparse: bool) -> bool:
    """Return whether features are sparse behind a step; refuse to centre those that are."""
    if sparse and isinstance(transformer, Scaler) and transformer.with_mean:
        sentence = f"'{part.name}' cannot centre the columns of words, nearly all of which are 0."
        advice = "Write scale(center=False), or reduce them before: tfidf, pca(100), scale."
        raise SpecError.at(part.use.place, part.key, sentence, advice=advice)
    return isinstance(transformer, TfidfVectorizer) or (sparse and not isinstance(transformer, PCA))


def named(parts: Sequence[Part]) -> list[tuple[str, Part]]:
    """Give each part of a chain a name of its own: `pca`, `pca_2`."""
    bases = [part.name.replace(".", "_").replace("__", "_") for part in parts]
    return list(zip(unique(bases), parts, strict=True))


def unique(names: Sequence[str]) -> list[str]:
    """Number the names that are there before, passing over numbered names that somebody wrote.

    Examples
    --------
    >>> unique(["ridge", "svr", "ridge", "ridge_2"])
    ['ridge', 'svr', 'ridge_3', 'ridge_2']
    """
    result: list[str] = []
    for name in names:
        free, number = name, 2
        while free in result or (free != name and free in names):
            free, number = f"{name}_{number}", number + 1
        result.append(free)
    return result


def columns_after(transformer: Any, columns: int | None, modality: Modality, part: Part, name: str) -> int | None:
    """Return the number of columns behind a step, None if unknown; refuse to keep more than there are."""
    if isinstance(transformer, PoolSteps) and columns is not None and isinstance(modality, Sequences):
        return columns * len(transformer.statistics)
    kept = transformer.n_components if isinstance(transformer, PCA) else None
    kept = transformer.k if isinstance(transformer, SelectKBest) else kept
    if kept is None:
        return columns if part.tags else None
    if kept < 1 or (columns is not None and kept > columns):
        there = f" and {name} has {columns} columns here" if columns is not None else ""
        sentence = f"'{part.name}' keeps {kept} columns{there}."
        advice = f"Write {part.name}(n) with n from 1" + (f" to {columns}." if columns is not None else ".")
        raise SpecError.at(part.use.place, name, sentence, advice=advice)
    return int(kept)


def seeded(estimator: Any, seed: int) -> Any:
    """Hand the seed to every part of an estimator that has a `random_state` and none of its own."""
    params = estimator.get_params(deep=True)
    unset = [name for name, value in params.items() if name.split("__")[-1] == "random_state" and value is None]
    return estimator.set_params(**dict.fromkeys(unset, seed)) if unset else estimator
