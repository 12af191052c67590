"""Charts that need no Internet and suit a light page as well as a dark one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from mosi_nb.displays.display import Display
from mosi_nb.displays.picture import picture_of, sizes
from mosi_nb.displays.render import plain
from mosi_nb.displays.tables import Cell, Column, Table, number, to_markdown, to_text

if TYPE_CHECKING:
    from collections.abc import Container

    import altair as alt
    import pandas as pd

MIME = "application/vnd.vegalite.v5+json"
SCHEMA = "https://vega.github.io/schema/vega-lite/v5.20.1.json"

COLOURS = {
    "blue": "#0072B2",
    "vermillion": "#D55E00",
    "green": "#009E73",
    "purple": "#CC79A7",
    "orange": "#E69F00",
    "sky": "#56B4E9",
}
"""Okabe and Ito's palette, which colour-blind readers can tell apart.

References
----------
M. Okabe, K. Ito: Color Universal Design, 2008.
"""

# currentColor is the page's own colour of text: one chart suits both themes, even when they change
_TEXT = {"labelColor": "currentColor", "titleColor": "currentColor"}
_AXIS = _TEXT | {"domainColor": "currentColor", "tickColor": "currentColor", "gridColor": "currentColor"}
_CONFIG: dict[str, Any] = {
    "background": "transparent",
    "font": "system-ui, sans-serif",
    "view": {"stroke": None},
    "axis": _AXIS | {"gridOpacity": 0.14, "domainOpacity": 0.5, "tickOpacity": 0.5, "labelFontSize": 12},
    "axisQuantitative": {"labelOverlap": True, "labelSeparation": 8},
    "legend": _TEXT | {"labelFontSize": 12},
    "title": {
        "color": "currentColor", "subtitleColor": "currentColor", "anchor": "start", "fontSize": 14,
        "subtitleFontSize": 11, "offset": 18,
    },
    "range": {"category": list(COLOURS.values())},
}  # fmt: skip

Chart = TypeVar("Chart", bound="alt.TopLevelMixin")


class ChartDisplay(Display):
    """A chart with the table it was drawn from.

    Parameters
    ----------
    chart
        As altair made it; it stays there to be changed or saved, as `.altair`.
    frame
        What was drawn.
    """

    def __init__(self, chart: alt.TopLevelMixin, frame: pd.DataFrame) -> None:
        self.altair = chart
        self._frame = frame

    def frame(self) -> pd.DataFrame:
        """Return what was drawn."""
        return self._frame.copy()

    def chart(self) -> ChartDisplay:
        """Return itself."""
        return self

    def markdown(self) -> str:
        """Return the numbers that were drawn as Markdown."""
        return to_markdown(self._table())

    def mimebundle(self, *, with_library: bool = False) -> dict[str, Any]:
        """Return the chart's specification, a picture if one can be made here, and text.

        Parameters
        ----------
        with_library
            Of no use to a chart: what draws it is part of JupyterLab.
        """
        del with_library
        return chart_bundle(self.altair)

    def _repr_mimebundle_(
        self, include: Container[str] | None = None, exclude: Container[str] | None = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the bundle, and at which size its picture is shown: that of the chart."""
        bundle = self._chosen(include, exclude)
        return bundle, sizes(bundle)

    def _html(self, *, with_library: bool = False) -> str:
        del with_library
        return ""

    def _text(self) -> str:
        return to_text(self._table())

    def _table(self) -> Table:
        numeric = [dtype.kind in "iuf" for dtype in self._frame.dtypes]
        names = [str(name) for name in self._frame.columns]
        columns = tuple(Column(name, name, numeric=is_number) for name, is_number in zip(names, numeric, strict=True))
        rows = tuple(
            tuple(
                number(float(held)) if is_number else Cell(str(held))
                for held, is_number in zip(row, numeric, strict=True)
            )
            for row in self._frame.itertuples(index=False)
        )
        return Table(columns, rows, title=plain(_spec(self.altair).get("description", "")))


def chart_bundle(chart: alt.TopLevelMixin) -> dict[str, Any]:
    """Return what a notebook shows of a chart, by mime type.

    Parameters
    ----------
    chart
        Any chart of altair's.

    Returns
    -------
    dict
        The specification under the mime type that JupyterLab draws without the Internet, `text/plain`,
        and a picture where vl-convert is installed, for what runs no scripts (GitHub, PDF). No HTML:
        it would be preferred, and altair's loads scripts from elsewhere.
    """
    spec = _spec(chart)
    bundle: dict[str, Any] = {MIME: spec, "text/plain": plain(spec.get("description") or "Chart")}
    return bundle | picture_of(spec)


def themed(chart: Chart) -> Chart:
    """Return the chart in the colours of the page that it stands on."""
    copy: Chart = chart.configure(**_CONFIG)
    return copy


def _spec(chart: alt.TopLevelMixin) -> dict[str, Any]:
    import altair as alt  # noqa: PLC0415 -- slow to import, and only a chart needs it

    with alt.data_transformers.enable("default", max_rows=None):
        spec: dict[str, Any] = chart.to_dict()
    # currentColor is known to SVG, not to a canvas
    spec["usermeta"] = {"embedOptions": {"renderer": "svg", "actions": {"source": False, "editor": False}}}
    return spec | {"$schema": SCHEMA}
