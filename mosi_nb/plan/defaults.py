"""What an experiment leaves out, filled in: modalities, metrics, and every other default."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from mosi_nb.components.build import Namespace
from mosi_nb.components.metrics import CHOSEN, CHOSEN_ELSEWHERE
from mosi_nb.components.scorers import metric_of
from mosi_nb.data.segments import SCALE, Segments
from mosi_nb.errors import SpecError
from mosi_nb.plan.pipelines import completed_chain, default_chain
from mosi_nb.results import Metric
from mosi_nb.spec import MODALITIES, Spec, Use


def modalities_of(spec: Spec, segments: Segments) -> tuple[str, ...]:
    """Return the names of the modalities to use, all that there are if none was written.

    Raises
    ------
    SpecError
        For a modality that the data lack, one that is there twice, and encoders of one that is left out.
    """
    if not spec.modalities:
        if not segments.modalities:
            sentence = f"the data ({segments.source}) hold labels only: no text, audio or video to learn from."
            advice = 'Join some: read("labels.csd", audio="features.npz").'
            raise SpecError.at(spec.places.get("data"), "data", sentence, advice=advice)
        return tuple(m for m in MODALITIES if m in segments.modalities)
    for number, use in enumerate(spec.modalities):
        _refuse_unknown_modality(use, segments)
        if use in spec.modalities[:number]:
            raise SpecError.at(use.place, "modalities", f"'{use.name}' is there twice.")
    unused = [m for m in MODALITIES if getattr(spec, m) and m not in [use.name for use in spec.modalities]]
    if unused:
        sentence = f"there are encoders for {unused[0]}, which modalities leaves out."
        raise SpecError.at(spec.places.get(unused[0]), unused[0], sentence, advice="Leave one of the two lines out.")
    return tuple(use.name for use in spec.modalities)


def metrics_of(spec: Spec, namespace: Namespace, scale: tuple[float, float]) -> dict[str, Metric]:
    """Return the metrics by name, first the one that ranks.

    Raises
    ------
    SpecError
        For a metric that nobody knows, and one that is there twice.
    """
    uses = spec.metrics or tuple(Use(name) for name in (CHOSEN if scale == SCALE else CHOSEN_ELSEWHERE))
    metrics: dict[str, Metric] = {}
    for use in uses:
        metric = metric_of(use, namespace)
        if metric.name in metrics:
            raise SpecError.at(use.place, "metrics", f"'{metric.name}' is there twice.")
        metrics[metric.name] = metric
    return metrics


def completed(spec: Spec, segments: Segments, modalities: Sequence[str], metrics: Sequence[str]) -> Spec:
    """Return the experiment with every default written out.

    Raises
    ------
    SpecError
        If there is no model, or there are encoders of a modality that the data lack.
    """
    if not spec.models:
        sentence = "there is no model to train: an experiment needs the key 'models'."
        raise SpecError.at(None, "models", sentence, advice="For example: models = ridge(alpha=[0.1, 1, 10]), svr")
    for m in MODALITIES:
        if getattr(spec, m) and m not in segments.modalities:
            sentence = f"there are encoders for {m}, but the data ({segments.source}) have no {m}."
            raise SpecError.at(spec.places.get(m), m, sentence, advice=f"They have: {', '.join(segments.modalities)}.")
    chains: dict[str, Any] = {
        m: completed_chain(segments.modalities[m], getattr(spec, m) or default_chain(segments.modalities[m]))
        for m in modalities
    }
    return replace(
        spec,
        modalities=tuple(Use(m) for m in modalities),
        fusion=spec.fusion or Use("early"),
        metrics=spec.metrics or tuple(Use(name) for name in metrics),
        folds=spec.folds or Use("by_video", (5,), called=True),
        test=spec.test or _default_test(segments),
        search=spec.search or Use("grid"),
        baselines=spec.baselines or _default_baselines(spec, modalities),
        nested=spec.nested or Use("on"),
        jobs=-1 if spec.jobs is None else spec.jobs,
        seed=spec.seed or 0,
        **chains,
    )


def _refuse_unknown_modality(use: Use, segments: Segments) -> None:
    if use.name not in MODALITIES:
        raise SpecError.unknown(use.place, "modalities", "modality", use.name, MODALITIES)
    if use.name not in segments.modalities:
        sentence = f"the data ({segments.source}) have no {use.name}."
        advice = f"They have: {', '.join(segments.modalities)}."
        raise SpecError.at(use.place, "modalities", sentence, advice=advice)
    if use.arguments or use.parameters:
        sentence = f"a modality takes no values; its encoders have a line of their own: {use.name} = ..."
        raise SpecError.at(use.place, "modalities", sentence)


def _default_test(segments: Segments) -> Use:
    return Use("standard") if "standard" in segments.folds else Use("holdout", (0.2,), called=True)


def _default_baselines(spec: Spec, modalities: Sequence[str]) -> tuple[Use, ...]:
    """Return the mean, and a ridge on text alone where there is more than text."""
    written = [use.name for use in spec.models or ()]
    wanted = ["dummy"] + (["text_only"] if "text" in modalities and len(modalities) > 1 else [])
    return tuple(Use(name) for name in wanted if name not in written) or (Use("none"),)
