"""Sequences at the beginning of a chain: which pool they get, which they are refused, and pooling once for all fits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from mosi_nb.components.transformers import PoolSteps
from mosi_nb.data.audit import z_normalised
from mosi_nb.data.segments import Modality, Segments, Sequences
from mosi_nb.errors import SpecError
from mosi_nb.plan.parts import Part
from mosi_nb.spec import Use, written

MEAN = Use("pool")
SHAPE = Use("pool", (Use("std"), Use("min"), Use("max")), called=True)
"""For sequences whose means are 0: what is left of them is the shape of each column in time."""


def default_pool(sequences: Sequences) -> Use:
    """Return the pool of sequences for which none was written: the mean, unless there is nothing in it."""
    return SHAPE if z_normalised(sequences) else MEAN


def pooling_notes(segments: Segments, asked: Mapping[str, Sequence[Use] | None]) -> tuple[str, ...]:
    """Say for which modalities another pool than the mean was chosen.

    Parameters
    ----------
    segments
        The data.
    asked
        The chains by modality as they were written, None where there was none.
    """
    unpooled = {
        name: held
        for name, held in segments.modalities.items()
        if isinstance(held, Sequences) and "pool" not in [use.name for use in asked.get(name) or ()]
    }
    return tuple(
        f"{name}: every segment was brought to mean 0 over its own steps (z-normalised), so {written(SHAPE)} "
        "stands in for their mean"
        for name, held in unpooled.items()
        if default_pool(held) == SHAPE
    )


def refuse_empty_mean(name: str, modality: Modality, parts: Sequence[Part]) -> None:
    """Refuse means of sequences whose means are 0.

    Raises
    ------
    SpecError
        With the line of the pool, and what to pool instead.
    """
    pool = _first_pool(modality, parts)
    if pool is None or "mean" not in pool.statistics or not isinstance(modality, Sequences):
        return
    if z_normalised(modality):
        sentence = (
            f"every segment of {name} was brought to mean 0 over its own steps (z-normalised, as MISA's files are): "
            "their means hold nothing but rounding errors, which a scaler would blow up."
        )
        advice = "Pool something else: std, min, max, last, q05, q10, q25, q50, q75, q90, q95. Of these, std is 1 "
        advice += f"wherever a column moves at all. For example: {written(SHAPE)}."
        raise SpecError.at(parts[0].use.place, name, sentence, advice=advice)


def fixed_pools(segments: Segments, chains: Mapping[str, Sequence[Part]]) -> dict[str, PoolSteps]:
    """Return the pools with which all candidates begin, by modality.

    Parameters
    ----------
    segments
        The data.
    chains
        Encoders by modality. A pool with values to try is none that all candidates share: its
        sequences travel as they are.
    """
    pools = {name: _first_pool(segments.modalities[name], parts) for name, parts in chains.items()}
    return {name: pool for name, pool in pools.items() if pool is not None and not chains[name][0].spaces}


def pooled_once(segments: Segments, pools: Mapping[str, PoolSteps]) -> Segments:
    """Return the segments with their sequences pooled.

    A pool learns nothing, so it may come before the folds; a fitted pipeline still has it, lets what
    is pooled pass, and pools the sequences of whoever predicts with it.

    Parameters
    ----------
    segments
        The data.
    pools
        By modality.
    """
    if not pools:
        return segments
    pooled = {name: pool.transform(segments.modalities[name]) for name, pool in pools.items()}
    return replace(segments, modalities={**segments.modalities, **pooled})


def _first_pool(modality: Modality, parts: Sequence[Part]) -> PoolSteps | None:
    """Return the pool at the beginning of a chain of sequences, with defaults for values to try."""
    if not isinstance(modality, Sequences) or parts[0].name != "pool":
        return None
    made = parts[0].make({})
    return made if isinstance(made, PoolSteps) else None
