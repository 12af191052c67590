"""Charts that need no Internet and suit a light page as well as a dark one."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from mosi_nb.displays.chart_parts import apart
from mosi_nb.displays.display import Display
from mosi_nb.displays.picture import picture_of, sizes
from mosi_nb.displays.render import plain
from mosi_nb.displays.tables import Cell, Column, Table, number, to_markdown, to_text

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

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
    "view": {"stroke": None, "continuousWidth": 300, "continuousHeight": 300},
    "axis": _AXIS | {"gridOpacity": 0.14, "domainOpacity": 0.5, "tickOpacity": 0.5, "labelFontSize": 12},
    "axisQuantitative": {"labelOverlap": True, "labelSeparation": 8},
    "legend": _TEXT | {"labelFontSize": 12},
    "title": {
        "color": "currentColor", "subtitleColor": "currentColor", "anchor": "start", "fontSize": 14,
        "subtitleFontSize": 11, "offset": 18,
    },
    "range": {"category": list(COLOURS.values())},
}  # fmt: skip

KINDS = {"layer": "LayerChart", "concat": "ConcatChart", "hconcat": "HConcatChart", "vconcat": "VConcatChart"}
"""Which class of altair's a chart is, by what it is made of."""


class ChartDisplay(Display):
    """A chart with the table it was drawn from.

    Parameters
    ----------
    spec
        In Vega-Lite, with its title, in full: a chart of layers, or charts beside or below one another.
    frame
        What was drawn.
    """

    def __init__(self, spec: Mapping[str, Any], frame: pd.DataFrame) -> None:
        self._given = spec
        self._frame = frame

    @cached_property
    def altair(self) -> Any:
        """The chart as altair has it, to be changed or saved; what is changed is shown."""
        return made(self._given)

    def spec(self) -> dict[str, Any]:
        """Return the chart in Vega-Lite, as it is shown."""
        # altair takes a second to read a large one, and is not needed to show it
        return _of_altair(self.altair) if "altair" in self.__dict__ else _complete(apart(self._given))

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
        """Return what a notebook shows of the chart, by mime type.

        Parameters
        ----------
        with_library
            Of no use to a chart: what draws it is part of JupyterLab.

        Returns
        -------
        dict
            The specification under the mime type that JupyterLab draws without the Internet, `text/plain`,
            and a picture where vl-convert is installed, for what runs no scripts (GitHub, PDF). No HTML:
            it would be preferred, and altair's loads scripts from elsewhere.
        """
        del with_library
        spec = self.spec()
        bundle: dict[str, Any] = {MIME: spec, "text/plain": plain(spec.get("description") or "Chart")}
        return bundle | picture_of(spec)

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
        return Table(columns, rows, title=plain(self.spec().get("description", "")))


def made(spec: Mapping[str, Any]) -> Any:
    """Make altair's chart of a specification, in the colours of the page that it stands on.

    altair looks for the class of each row that it reads, and checks it against the schema: seconds for
    2,000 rows. So the rows come in afterwards, beside the layers, under names.

    Parameters
    ----------
    spec
        As for `ChartDisplay`.
    """
    import altair as alt  # noqa: PLC0415 -- slow to import, and only a chart needs it

    parts = apart(spec)
    rows = parts.pop("datasets")
    kind = next(kind for key, kind in KINDS.items() if key in spec)
    chart = getattr(alt, kind).from_dict(parts, validate=False)  # it is checked when it is written
    chart.datasets = rows
    return chart.configure(**_CONFIG)


def _of_altair(chart: alt.TopLevelMixin) -> dict[str, Any]:
    import altair as alt  # noqa: PLC0415 -- as above

    with alt.data_transformers.enable("default", max_rows=None):
        return _complete(chart.to_dict())


def _complete(spec: dict[str, Any]) -> dict[str, Any]:
    # currentColor is known to SVG, not to a canvas
    options = {"renderer": "svg", "actions": {"source": False, "editor": False}}
    config = {**_CONFIG, **spec.get("config", {})}
    return {**spec, "config": config, "usermeta": {"embedOptions": options}, "$schema": SCHEMA}
