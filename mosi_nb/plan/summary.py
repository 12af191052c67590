"""A plan in plain values, for whatever shows it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from mosi_nb.components.search import Halving, Tpe
from mosi_nb.components.spaces import Space
from mosi_nb.data.segments import columns_of, is_text
from mosi_nb.plan.checks import check_plan
from mosi_nb.plan.growing import most
from mosi_nb.plan.plan import Plan, held_out_videos
from mosi_nb.spec import Value, written

SETTINGS = ("fusion", "metrics", "folds", "test", "search", "baselines", "nested", "jobs", "seed")
WHERE_GIVEN = ("budget", "fit_limit", "checkpoint")


def summary(plan: Plan) -> dict[str, Any]:
    """Return what a plan would run, as lists and dicts.

    Returns
    -------
    dict
        `models`, `combined`, `modalities`, `folds`, `checks` (lists of rows; of the checks, those that fired),
        `test` (a sentence), `settings`, `candidates`, `fits` (numbers), `at_most` (which of the two may
        be fewer) and `notes`.
    """
    number = sum(most(plan).values())
    return {
        "models": _models(plan),
        "combined": [{"model": one.name, "of": ", ".join(one.members)} for one in plan.combinations],
        "modalities": _modalities(plan),
        "folds": _folds(plan),
        "test": plan.locked.sentence,
        "settings": {
            key: _shown(value)
            for key in (*SETTINGS, *WHERE_GIVEN)
            if (value := getattr(plan.spec, key)) is not None or key in SETTINGS
        },
        "candidates": number,
        "fits": number * len(plan.folds),
        "at_most": _at_most(plan),
        "checks": _checks(plan),
        "notes": list(plan.segments.notes),
    }


def _checks(plan: Plan) -> list[dict[str, Any]]:
    return [
        {
            "check": finding.check.code,
            "severity": finding.check.severity,
            "found": f"{finding.check.title}: {finding.report}",
            "advice": finding.check.advice,
        }
        for finding in check_plan(plan)
        if finding.status == "fired"
    ]


def _models(plan: Plan) -> list[dict[str, Any]]:
    rows = []
    at_once: dict[str, int] = {}
    for family in plan.families:
        at_once[family[0].model] = max(len(family), at_once.get(family[0].model, 1))
    number, spaces = most(plan), plan.spaces
    for name, candidates in plan.models().items():
        if number[name] > len(candidates):  # the search will ask for others than those of the beginning
            tried = {key: _listed(space) for key, space in spaces[name].items()}
        else:
            tried = {key: list(Counter(str(c.params[key]) for c in candidates)) for key in candidates[0].params}
        rows.append(
            {
                "model": name,
                "candidates": number[name],
                "fits": number[name] * len(plan.folds),
                "at_once": at_once[name] if at_once[name] > 1 else "",
                "params": "; ".join(f"{key}: {', '.join(values)}" for key, values in tried.items()),
                "modalities": ", ".join(candidates[0].modalities),
                "pipeline": type(candidates[0].pipeline.steps[-1][1]).__name__,
            }
        )
    return rows


def _listed(space: Space) -> list[str]:
    """Write the values that may be asked for."""
    if space.distribution is None:
        return [str(value) for value in space.values]
    low, high = space.distribution.support()
    return [f"{low:g} to {high:g}"]


def _at_most(plan: Plan) -> tuple[str, ...]:
    search = plan.growth.search if plan.growth else None
    if isinstance(search, Tpe):
        return "candidates", "fits"
    return ("fits",) if isinstance(search, Halving) and len(plan.folds) > 1 else ()


def _modalities(plan: Plan) -> list[dict[str, Any]]:
    rows = []
    for use in plan.spec.modalities or ():
        modality = plan.segments.modalities[use.name]
        rows.append(
            {
                "modality": use.name,
                "rows": len(plan.segments),
                "columns": "raw text" if is_text(modality) else str(columns_of(modality)),
                "encoder": _shown(getattr(plan.spec, use.name)),
            }
        )
    return rows


def _folds(plan: Plan) -> list[dict[str, Any]]:
    return [
        {
            "repeat": fold.repeat,
            "fold": fold.number,
            "train_segments": len(fold.train),
            "held_out_segments": len(fold.held_out),
            "held_out_videos": held_out_videos(plan, fold),
        }
        for fold in plan.folds
    ]


def _shown(value: Value) -> str:
    """Write what stands behind a key of the cell."""
    return (", ".join(written(v) for v in value) or "none") if isinstance(value, tuple) else written(value)
