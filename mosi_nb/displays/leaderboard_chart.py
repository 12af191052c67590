"""The leaderboard's chart in two steps: what is drawn, as a frame, and the drawing.

The layers are written as Vega-Lite, as plain values: altair is slow to import, and is needed only to
hand out a chart that can be changed.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pandas as pd

from mosi_nb.displays.chart_parts import names_axis
from mosi_nb.displays.charts import COLOURS, ChartDisplay
from mosi_nb.displays.render import plain

if TYPE_CHECKING:
    from mosi_nb.results import Results

MOST = 40
"""Models that are drawn; a chart of more cannot be read."""

ROOMY = 12
"""Models up to which rows stand well apart."""

KINDS = {"model": (COLOURS["blue"], "circle"), "baseline": (COLOURS["vermillion"], "square")}


def fold_scores(frame: pd.DataFrame, results: Results | None, metric: str) -> pd.DataFrame:
    """Return the scores of each shown candidate's folds.

    Parameters
    ----------
    frame
        The leaderboard's.
    results
        The fits behind it; None if there are none.
    metric
        Which score.

    Returns
    -------
    DataFrame
        Columns `model, fold, score`, one row a fold.
    """
    columns = ["model", "fold", "score"]
    if results is None:
        return pd.DataFrame(columns=columns)
    fits = results.frame()
    fits = fits.assign(fold=[str(fit.fold) for fit in results.fits], score=fits[metric])
    if "params" in frame:
        shown = dict(zip(map(str, frame.index), frame["params"], strict=True))
        fits = fits[fits["params"] == fits["model"].map(shown)]
    fits["model"] = fits["model"].map(plain)
    return fits.loc[fits["score"].notna(), columns].reset_index(drop=True)


def means(frame: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Return what is drawn of each model that has a score, the best first.

    Parameters
    ----------
    frame
        The leaderboard's.
    metric
        Which score.

    Returns
    -------
    DataFrame
        Columns `model, score, low, high, kind, letters`, at most `MOST` rows.
    """
    scored = frame[frame[metric].notna()].head(MOST)
    baseline = scored["baseline"] if "baseline" in scored else pd.Series(data=False, index=scored.index)
    return pd.DataFrame(
        {
            "model": [plain(name) for name in scored.index],
            "score": scored[metric].to_numpy(),
            "low": scored.get(f"{metric}_low", scored[metric]).to_numpy(),
            "high": scored.get(f"{metric}_high", scored[metric]).to_numpy(),
            "kind": ["baseline" if is_baseline else "model" for is_baseline in baseline],
            "letters": list(scored["letters"]) if "letters" in scored else "",
        }
    )


def draw(frame: pd.DataFrame, folds: pd.DataFrame, metric: str, *, larger_is_better: bool) -> ChartDisplay:
    """Draw the scores of models with their folds.

    Parameters
    ----------
    frame
        The leaderboard's, the best first.
    folds
        From `fold_scores`.
    metric
        Which score.
    larger_is_better
        Which way is better.
    """
    drawn = means(frame, metric)
    title = f"{metric} of each model ({'larger' if larger_is_better else 'smaller'} is better)"
    subtitle = _subtitle(frame, drawn, folds, metric)
    spec = {
        "title": {"text": title, "subtitle": subtitle},
        "description": f"{title}. Best: {drawn['model'].iloc[0]}, {drawn['score'].iloc[0]:.3f}. {' '.join(subtitle)}",
        "width": 480,
        "height": {"step": 26 if len(drawn) <= ROOMY else 18},
        "layer": _layers(frame, drawn, folds, metric),
    }  # fmt: skip
    return ChartDisplay(spec, drawn)


def _layers(frame: pd.DataFrame, drawn: pd.DataFrame, folds: pd.DataFrame, metric: str) -> list[dict[str, Any]]:
    """Return what lies on top of each other, the means last."""
    hollow = folds[folds["model"].isin(drawn["model"])]
    row = {
        "field": "model",
        "type": "nominal",
        "title": None,
        "axis": names_axis(),
        "sort": list(drawn["model"]),
    }
    points = [_intervals(drawn, row, metric), _folds(hollow, row, metric), _means(drawn, row, metric)]
    points += [_letters(drawn, row)] if drawn["letters"].any() else []
    return [*_baseline(frame, metric), *points]


def _intervals(drawn: pd.DataFrame, row: dict[str, Any], metric: str) -> dict[str, Any]:
    return {
        "data": _values(drawn),
        "mark": {"type": "rule", "strokeWidth": 2.5, "color": "currentColor", "opacity": 0.55},
        "encoding": {
            "x": _place("low", metric),
            "x2": {"field": "high"},
            "y": row,
            "tooltip": _tooltip("model", "low", "high"),
        },
    }


def _folds(folds: pd.DataFrame, row: dict[str, Any], metric: str) -> dict[str, Any]:
    mark = {"type": "point", "filled": False, "shape": "circle", "size": 26, "strokeWidth": 1}
    return {
        "data": _values(folds),
        "mark": mark | {"color": "currentColor", "opacity": 0.7},
        "encoding": {"x": _place("score", metric), "y": row, "tooltip": _tooltip("model", "fold", "score")},
    }


def _means(drawn: pd.DataFrame, row: dict[str, Any], metric: str) -> dict[str, Any]:
    kinds = [kind for kind in KINDS if kind in set(drawn["kind"])]
    kind = {"field": "kind", "type": "nominal", "legend": {"title": None, "orient": "bottom"} if kinds[1:] else None}
    return {
        "data": _values(drawn),
        "mark": {"type": "point", "filled": True, "size": 95, "opacity": 1},
        "encoding": {
            "x": _place("score", metric),
            "y": row,
            "color": kind | {"scale": {"domain": kinds, "range": [KINDS[kind][0] for kind in kinds]}},
            "shape": kind | {"scale": {"domain": kinds, "range": [KINDS[kind][1] for kind in kinds]}},
            "tooltip": _tooltip("model", "score", "low", "high"),
        },
    }


def _letters(drawn: pd.DataFrame, row: dict[str, Any]) -> dict[str, Any]:
    """Return the letters of the tests, as a column beside the chart, where no line and no point can cover them."""
    mark = {"type": "text", "align": "left", "dx": 8, "fontSize": 12, "color": "currentColor"}
    return {
        "data": _values(drawn[["model", "letters"]]),
        "mark": mark,
        "encoding": {"x": {"value": "width"}, "y": row, "text": {"field": "letters", "type": "nominal"}},
    }


def _baseline(frame: pd.DataFrame, metric: str) -> list[dict[str, Any]]:
    """Return a rule at the best baseline, with its name; nothing where there is no baseline."""
    if "baseline" not in frame:
        return []
    scored = frame[frame["baseline"].astype(bool) & frame[metric].notna()].head(1)
    if scored.empty:
        return []
    label = f"baseline {plain(scored.index[0])}: {scored[metric].iloc[0]:.3f}"
    data = _values(pd.DataFrame({"score": scored[metric].to_numpy(), "label": [label]}))
    rule = {"type": "rule", "strokeDash": [5, 4], "color": COLOURS["vermillion"], "strokeWidth": 1.5}
    text = {"type": "text", "baseline": "bottom", "dy": -3, "limit": 220, "fontSize": 11, "color": "currentColor"}
    return [
        {"data": data, "mark": rule, "encoding": {"x": _place("score", metric)}},
        {
            "data": data,
            "mark": text,
            "encoding": {"x": _place("score", metric), "y": {"value": 0}, "text": {"field": "label"}},
        },
    ]


def _subtitle(frame: pd.DataFrame, drawn: pd.DataFrame, folds: pd.DataFrame, metric: str) -> list[str]:
    parts = ["Large: mean over folds." + (" Small, hollow: one fold." if len(folds) else "")]
    if (drawn["low"] < drawn["high"]).any():
        parts[0] += " Line: 95 % interval."
    if drawn["letters"].any():
        parts.append("Models that share a letter cannot be told apart.")
    scored = int(frame[metric].notna().sum())
    if scored > MOST:
        parts.append(f"The best {MOST} of {scored} models.")
    if scored < len(frame):
        parts.append(f"Without {len(frame) - scored} that failed or have no score yet.")
    return parts


def _values(frame: pd.DataFrame) -> dict[str, Any]:
    # by way of JSON, which knows no NaN: a missing end of an interval becomes null, and is not drawn
    return {"values": json.loads(frame.to_json(orient="records", double_precision=6))}


def _place(field: str, metric: str) -> dict[str, Any]:
    axis = {"labelFlush": False, "tickCount": 7}
    return {
        "field": field,
        "type": "quantitative",
        "title": metric,
        "scale": {"zero": False, "padding": 6},
        "axis": axis,
    }


def _tooltip(*fields: str) -> list[dict[str, str]]:
    words = {"model", "fold"}
    return [
        {"field": field, "type": "nominal"}
        if field in words
        else {"field": field, "type": "quantitative", "format": ".3f"}
        for field in fields
    ]
