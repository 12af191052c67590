"""The cluster that runs use: its workers, their load, their versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from markupsafe import Markup

from mosi_nb.displays.display import Display
from mosi_nb.displays.render import in_markdown, plain, render
from mosi_nb.displays.tables import Cell, Column, Table, count, number, to_markdown, to_text

if TYPE_CHECKING:
    from collections.abc import Mapping

WORKERS = (
    Column("worker", "worker", numeric=False, row_header=True),
    Column("threads", "threads"),
    Column("memory", "memory, GB", help="Used now."),
    Column("limit", "limit, GB", help="What it may use."),
    Column("cpu", "CPU, %", help="100 is one core."),
    Column("tasks", "tasks", help="Under way."),
)
VERSIONS = (
    Column("package", "package", numeric=False, row_header=True),
    Column("here", "here", numeric=False),
    Column("scheduler", "scheduler", numeric=False),
    Column("workers", "workers", numeric=False),
    Column("verdict", "verdict", numeric=False),
)
GIGA = 1e9


class ClusterView(Display):
    """The cluster that runs use.

    Parameters
    ----------
    summary
        `headline`, a sentence; `dashboard`, the address of its pages; `workers`, a list of dicts (`worker,
        threads, memory, limit, cpu, tasks`, bytes for the two of memory); `versions`, a list of dicts
        (`package, here, scheduler, workers, verdict`) of which only those that differ are shown;
        `notes`, sentences. Any may be missing.

    Examples
    --------
    >>> ClusterView({"headline": "Connected to tcp://head:8786.", "workers": [
    ...     {"worker": "tcp://a:1", "threads": 4, "memory": 1e9, "limit": 8e9, "cpu": 12.0, "tasks": 2}]})
    Connected to tcp://head:8786.
    <BLANKLINE>
    Workers
    worker     threads  memory, GB  limit, GB  CPU, %  tasks
    tcp://a:1        4         1.0        8.0      12      2
    """

    def __init__(self, summary: Mapping[str, Any]) -> None:
        self._summary = summary

    def frame(self) -> pd.DataFrame:
        """Return one row a worker: `worker, threads, memory, limit, cpu, tasks`, memory in bytes."""
        return pd.DataFrame(self._summary.get("workers", ()), columns=[column.name for column in WORKERS])

    def markdown(self) -> str:
        """Return all that is shown as Markdown."""
        return "\n\n".join([*map(in_markdown, self._sentences()), *map(to_markdown, self._tables())])

    def _html(self, *, with_library: bool = False) -> str:
        # read once from top to bottom: no library
        del with_library
        headline, *sentences = self._sentences()
        tables = self._tables()
        if pages := str(self._summary.get("dashboard") or ""):
            sentences[0] = _linked(pages)
        return str(render("plan.html", headline=headline, sentences=sentences, tables=tables, folds=(), order=None))

    def _text(self) -> str:
        return "\n\n".join(["\n".join(map(plain, self._sentences())), *map(to_text, self._tables())])

    def _sentences(self) -> list[str]:
        pages = self._summary.get("dashboard")
        link = [f"Dashboard: {pages}"] if pages else []
        return [str(self._summary.get("headline", "")), *link, *map(str, self._summary.get("notes", ()))]

    def _tables(self) -> list[Table]:
        workers = tuple(_worker(row) for row in self._summary.get("workers", ()))
        differing = [row for row in self._summary.get("versions", ()) if row["verdict"] != "same"]
        versions = tuple(tuple(Cell(str(row[column.name])) for column in VERSIONS) for row in differing)
        tables = [Table(WORKERS, workers, title="Workers"), Table(VERSIONS, versions, title="Versions that differ")]
        return [table for table in tables if table.rows]


def _linked(pages: str) -> Markup:
    """Return the sentence that leads to the dashboard; as a link where it is the address of a page."""
    if not pages.startswith(("http://", "https://", "/")):
        return Markup("Dashboard: {}").format(pages)
    link = '<a href="{0}" target="_blank" rel="noopener" style="color:inherit;text-decoration:underline">{0}</a>'
    return Markup("Dashboard: ") + Markup(link).format(pages)  # noqa: S704 -- the address is escaped


def _worker(row: Mapping[str, Any]) -> tuple[Cell, ...]:
    return (
        Cell(str(row["worker"])),
        count(row["threads"]),
        number(row["memory"] / GIGA, 1),
        # 0: no limit was set
        number(row["limit"] / GIGA, 1) if row["limit"] else Cell("none"),
        number(row["cpu"], 0),
        count(row["tasks"]),
    )
