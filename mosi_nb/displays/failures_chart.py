"""Failed fits and warnings of each model, drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mosi_nb.displays.chart_parts import TEXT, names_axis, tooltip, values, whole_ticks
from mosi_nb.displays.charts import COLOURS, ChartDisplay
from mosi_nb.displays.render import plain

if TYPE_CHECKING:
    import pandas as pd

MOST = 40
COLOUR = {"failed": COLOURS["vermillion"], "warning": COLOURS["sky"]}


def draw(frame: pd.DataFrame) -> ChartDisplay | None:
    """Draw how many fits of each model failed and how many gave a warning; None where none did.

    Parameters
    ----------
    frame
        From `compare.failures`.
    """
    if frame.empty:
        return None
    drawn, models = _stacked(frame.assign(model=frame["model"].map(plain)))
    kinds = [kind for kind in COLOUR if kind in set(drawn["kind"])]
    title = "Failed fits and warnings of each model"
    left_out = [f"The first {MOST} of {len(models)} models."] if len(models) > MOST else []
    place = {"y": {"field": "model", "type": "nominal", "title": None, "sort": models, "axis": names_axis()}}
    x = {
        "field": "start",
        "type": "quantitative",
        "title": "number",
        "axis": whole_ticks(range(int(drawn["end"].max()) + 1)),
    }
    # the label says what the bars are: nobody needs their colour
    scale = {"domain": kinds, "range": [COLOUR[kind] for kind in kinds]}
    colour = {"field": "kind", "type": "nominal", "legend": None, "scale": scale}
    bars = {**place, "x": x, "x2": {"field": "end"}, "color": colour, "tooltip": tooltip(model="", kind="", fits="d")}
    label = {**place, "x": x | {"field": "end"}, "text": {"field": "told"}}
    spec = {
        "title": {"text": title, "subtitle": ["A fit may give several warnings.", *left_out]},
        "description": f"{title}: {', '.join(models[:5])}.",
        "width": 420,
        "height": {"step": 22},
        "layer": [
            {"data": values(drawn), "mark": {"type": "bar"}, "encoding": bars},
            {
                "data": values(drawn.drop_duplicates("model", keep="last")),
                "mark": TEXT | {"align": "left", "dx": 4},
                "encoding": label,
            },
        ],
    }
    return ChartDisplay(spec, drawn[["model", "kind", "fits"]])


def _stacked(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Return one bar a model and kind, those of a model end to end, and all models; the last bar has the label."""
    bars = frame.groupby(["model", "kind"], sort=False, as_index=False)["fits"].sum()
    models = [str(name) for name in dict.fromkeys(bars["model"])]
    bars = bars[bars["model"].isin(models[:MOST])].sort_values("kind", kind="stable").reset_index(drop=True)
    bars["end"] = bars.groupby("model")["fits"].cumsum()
    bars["start"] = bars["end"] - bars["fits"]
    words = bars["fits"].astype(str) + bars["kind"].map({"failed": " failed", "warning": " warned"})
    bars["told"] = words.groupby(bars["model"]).transform(", ".join)
    return bars, models
