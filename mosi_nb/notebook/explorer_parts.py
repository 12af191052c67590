"""Tables and charts as widgets: what linked views are made of."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pandas as pd

from mosi_nb.displays.explored import Exploration

TABLE: dict[str, Any] = {
    "select": {"style": "multi", "items": "row", "info": False},
    "showIndex": False,
    "maxBytes": 0,
    "pageLength": 12,
    "layout": {"topStart": None, "topEnd": None, "bottomStart": "info", "bottomEnd": "paging"},
    "style": "table-layout:auto;width:100%",
    "classes": "display compact",
    "allow_html": False,
}
"""How a table is shown; its own search stays out, for Python would not hear of it."""


def chart(drawn: Any) -> Any:
    """Return a chart as a widget that needs no address outside the machine.

    Parameters
    ----------
    drawn
        From `displays.explored_chart`.
    """
    return _offline()(drawn, debounce_wait=50, embed_options={"renderer": "svg", "actions": False})


@cache
def _offline() -> Any:
    """Return altair's widget with its scripts on board; the class itself stays as it was for others."""

    def chart() -> Any:
        import altair as alt  # noqa: PLC0415 -- slow to import, and only a chart needs it

        return type("OfflineChart", (alt.JupyterChart,), {})

    offline = chart()
    offline.enable_offline()
    return offline


def wide(listed: pd.DataFrame) -> dict[str, Any]:
    """Return the option that gives half of a table to its transcripts."""
    place = [n for n, name in enumerate(listed) if name == "transcript"]
    return {"columnDefs": [{"targets": place, "width": "50%"}]} if place else {}


def table(frame: pd.DataFrame, rows: list[int], **options: Any) -> Any:
    """Return a table whose rows can be selected, with some selected already."""
    return _savable()(frame, selected_rows=rows, **TABLE, **options)


@cache
def _savable() -> Any:
    """Return the table of itables, drawn from a copy of its options.

    Drawing puts functions among the options, and then no widget's state can be saved with the notebook.
    """
    from itables.widget import ITable  # noqa: PLC0415 -- needs anywidget

    script = str(ITable._esm)  # noqa: SLF001 -- anywidget's name for what a widget draws itself with
    copying = re.sub(r"\b(\w+\.get\([\"']_dt_args[\"']\))", r"structuredClone(\1)", script)
    return type("SavableTable", (ITable,), {"_esm": copying})


def board(shown: Exploration) -> pd.DataFrame:
    """Return the table of models: name, rank, metrics, seconds of a fit."""
    numbers = shown.board.round(3).rename(columns={"fit_seconds": "fit s"}).reset_index(drop=True)
    numbers.insert(0, "model", list(shown.models))
    held = numbers[[name for name in numbers if not str(name).endswith(("_low", "_high"))]]
    return held.astype({"rank": "string"}) if "rank" in held else held
