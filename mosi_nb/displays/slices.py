"""Metrics on parts of the segments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mosi_nb.compare.slices import KINDS, WHOLE, extremes, slices, undefined_on, without_interval
from mosi_nb.displays.chart_marks import PAGE, Spec
from mosi_nb.displays.chart_parts import better, kinds, measured, name_of, quantity, tooltip, values
from mosi_nb.displays.charts import COLOURS, ChartDisplay
from mosi_nb.displays.leaderboard import metric_column
from mosi_nb.displays.predicted import TOGETHER, about, nothing
from mosi_nb.displays.table_display import TableDisplay
from mosi_nb.displays.tables import Cell, Column, Table, count, number

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    import pandas as pd

    from mosi_nb.compare.judged import Judged
    from mosi_nb.compare.slices import Slice
    from mosi_nb.results import Metric

LOOKS = {
    WHOLE: (PAGE, "square"),
    "sentiment": (COLOURS["blue"], "circle"),
    "length": (COLOURS["green"], "diamond"),
    "negation": (COLOURS["vermillion"], "triangle-up"),
    "video": (COLOURS["purple"], "cross"),
    "own": (COLOURS["orange"], "triangle-down"),
}

BY_TARGET = (
    "Slices by sentiment are chosen by what is predicted: on one of them correlation is low for any model, and a model "
    "that stays near the middle looks good on neutral."
)


class Slices(TableDisplay):
    """Metrics of one model on parts of the segments, with sizes and intervals.

    Parameters
    ----------
    judged
        Its held-out predictions.
    parts
        Of the segments.
    """

    def __init__(self, judged: Judged, parts: Sequence[Slice]) -> None:
        self._judged = judged
        self._frame = slices(judged, parts)
        first = next(iter(judged.results.metrics.values()))
        self._shown = extremes(self._frame, first.name, larger_is_better=first.larger_is_better)
        self._transcripts = judged.segments.transcripts is not None

    def frame(self) -> pd.DataFrame:
        """Return one row a slice, every video among them, the first row for all segments.

        Returns
        -------
        DataFrame
            `kind, slice, definition, segments, videos`, and for each metric its value, `<metric>_low`,
            `<metric>_high` and `<metric>_difference`.
        """
        return self._frame.copy()

    def chart(self, metric: str | None = None) -> ChartDisplay | None:
        """Return each slice with its interval, and a line at the value of all segments; None without predictions.

        Parameters
        ----------
        metric
            Name of one of the metrics; left out, the first.
        """
        metrics = self._judged.results.metrics
        chosen = metrics.get(metric or "", next(iter(metrics.values())))
        return draw(self._shown, chosen, self._judged.name) if len(self._frame) else None

    def _table(self) -> Table:
        metrics = self._judged.results.metrics
        columns = (
            Column("slice", "slice", numeric=False, row_header=True),
            Column("segments", "segments"),
            Column("videos", "videos"),
            *(_header(metric) for metric in metrics.values()),
            Column("definition", "what it is", numeric=False),
        )
        rows = tuple(
            (
                Cell(str(row["slice"]), small=str(row["kind"]) if row["kind"] in {"length", "video"} else ""),
                count(row["segments"]),
                count(row["videos"]),
                *(_value(row, name) for name in metrics),
                Cell(str(row["definition"])),
            )
            for row in self._shown.to_dict("records")
        )
        title = f"{self._judged.title}: metrics on slices of the segments"
        return Table(columns, rows, title, tuple(self._notes()) if rows else (), nothing(self._judged))

    def _notes(self) -> list[str]:
        videos = int((self._frame["kind"] == "video").sum())
        shown = int((self._shown["kind"] == "video").sum())
        lacking = undefined_on(self._shown, self._judged.results.metrics)
        notes = [TOGETHER, "Beside each number, the difference from all segments.", BY_TARGET, *lacking]
        notes += [without_interval(self._shown)] if without_interval(self._shown) else []
        notes += [f"{shown} of {videos} videos, the worst and the best; all are in .frame()."] if shown < videos else []
        if not self._transcripts:
            notes.append("The data bring no transcripts: there are no slices by words and by negation.")
        return [*notes, about(self._judged)]


def _header(metric: Metric) -> Column:
    column = metric_column(metric.name, metric.larger_is_better)
    return Column(column.name, column.header, help=f"{metric.definition} Small: difference to all segments.")


def _value(row: dict[Hashable, Any], name: str) -> Cell:
    cell = number(row[name], low=row[f"{name}_low"], high=row[f"{name}_high"])
    difference = row[f"{name}_difference"]
    small = f"{difference:+z.3f}" if np.isfinite(difference) and row["kind"] != WHOLE else ""
    return Cell(cell.text, cell.value, cell.low, cell.high, small)


def draw(shown: pd.DataFrame, metric: Metric, model: str) -> ChartDisplay:
    """Draw slices with their intervals."""
    frame = drawn(shown, metric.name)
    title = f"{name_of(model)}: {metric.name} on slices ({better(metric)})"
    sentences = ["In brackets, segments. Line: 95 % interval. Dashed: all held-out segments."]
    if frame["value"].isna().any():
        sentences.append(f"{metric.name} is undefined on {', '.join(frame.loc[frame['value'].isna(), 'slice'])}.")
    frame = frame[frame["value"].notna()]
    spec = {
        "title": {"text": title, "subtitle": sentences},
        "description": f"{title}. {' '.join(sentences)}",
        "width": 440,
        "height": {"step": 22},
        "layer": _layers(frame, metric),
    }
    return ChartDisplay(spec, frame.assign(model=model))


def drawn(shown: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Return what is drawn: `row, slice, kind, segments, videos, value, low, high`."""
    names = [
        f"{'video ' * (kind == 'video')}{name_of(name)} ({segments:,})"
        for name, kind, segments in zip(shown["slice"], shown["kind"], shown["segments"], strict=True)
    ]
    # Two functions may give one label.
    names = [name if name not in names[:n] else f"{name} {n}" for n, name in enumerate(names)]
    frame = shown[["slice", "kind", "segments", "videos"]].copy()
    frame.insert(0, "row", names)
    frame["slice"] = [name_of(name) for name in frame["slice"]]
    frame["kind"] = [kind if kind in KINDS else "own" for kind in frame["kind"]]
    return frame.assign(value=shown[metric], low=shown[f"{metric}_low"], high=shown[f"{metric}_high"])


def _layers(frame: pd.DataFrame, metric: Metric) -> list[Spec]:
    y = {"field": "row", "type": "nominal", "title": None, "sort": list(frame["row"]),
         "axis": {"labelLimit": 320, "domain": False, "ticks": False}}  # fmt: skip
    x = quantity("value", measured(metric))
    shown = tooltip(slice="", kind="", value=".3f", low=".3f", high=".3f", segments=",.0f", videos=",.0f")
    whole = {
        "data": values(frame.head(1)),
        "mark": {"type": "rule", "strokeDash": [5, 4], "color": PAGE, "strokeWidth": 1.3, "opacity": 0.75},
        "encoding": {"x": x},
    }
    looks = {name: look for name, look in LOOKS.items() if name != WHOLE} | {WHOLE: LOOKS[WHOLE]}
    kind = kinds("kind", looks, list(frame["kind"]))
    rule = {
        "data": values(frame[frame["low"].notna()]),
        "mark": {"type": "rule", "strokeWidth": 2.5, "opacity": 0.8},
        "encoding": {"x": x | {"field": "low"}, "x2": {"field": "high"}, "y": y, "color": kind["color"],
                     "tooltip": shown},
    }  # fmt: skip
    points = {
        "data": values(frame),
        "mark": {"type": "point", "filled": True, "size": 85, "opacity": 1},
        "encoding": {"x": x, "y": y, **kind, "tooltip": shown},
    }
    return [whole, rule, points]
