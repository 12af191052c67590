"""How far a run has come: what is shown while it goes on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from mosi_nb.displays.display import Display
from mosi_nb.displays.leaderboard import summarize
from mosi_nb.displays.render import in_markdown, plain, render, shortened
from mosi_nb.displays.tables import Cell, Table, to_markdown

ROWS = 8
"""Rows of the leaderboard so far."""

NAMED = 3
"""How many of the fits that run are named, at most."""
LINE, ROW = 60, 99
"""In how many characters together: beside all else in a terminal, and in a line of their own."""

STOPPING = "stopping: what is finished is kept"

LEFT_OUT = {"fits", "predict_seconds", "candidates"}
"""Columns that can wait until the run has ended."""


@dataclass(frozen=True, repr=False)
class ProgressState:
    """A run at one moment, shown as `ProgressView` shows it.

    Attributes
    ----------
    total
        Number of fits in the plan.
    done
        How many have ended, those that failed among them.
    failed
        How many of them failed.
    running
        What runs now, one line each.
    elapsed, remaining
        Seconds; None where nobody can tell yet.
    workers
        How many there are.
    leaderboard
        What is known so far, as the leaderboard's frame; None before the first model has a score.
    note
        A sentence, such as that Stop was pressed.
    directions
        The metrics shown, the one that ranks first, and for each whether larger is better; empty
        where the frame's own metrics are shown.
    models
        How many models the leaderboard will have, to keep room for them; None if nobody knows.
    """

    total: int
    done: int
    failed: int = 0
    running: tuple[str, ...] = ()
    elapsed: float = 0.0
    remaining: float | None = None
    workers: int = 1
    leaderboard: pd.DataFrame | None = field(default=None, compare=False)
    note: str = ""
    directions: Mapping[str, bool] = field(default_factory=dict)
    models: int | None = None

    def __repr__(self) -> str:
        """Return the one line."""
        return ProgressView(self).text()

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        del include, exclude  # IPython itself picks from what it gets
        return ProgressView(self).mimebundle()


class ProgressView(Display):
    """A run's progress as one line, or as a bar with the leaderboard so far, whose height stays.

    Parameters
    ----------
    state
        The run at one moment.

    Examples
    --------
    >>> import pandas as pd
    >>> so_far = pd.DataFrame({"mae": [1.031]}, index=["ridge"])
    >>> ProgressView(ProgressState(130, 23, running=("svr C=10, fold 3", "svr C=1, fold 3"), elapsed=12,
    ...                            remaining=40, leaderboard=so_far, directions={"mae": False}))
    23/130 fits · 2 running: svr C=10, fold 3; svr C=1, fold 3 · 0:12, about 0:40 left · best so far ridge mae 1.031
    """

    def __init__(self, state: ProgressState) -> None:
        self.state = state

    def frame(self) -> pd.DataFrame:
        """Return the leaderboard so far; empty before the first model has a score."""
        board = self.state.leaderboard
        return pd.DataFrame() if board is None else board.copy()

    def text(self) -> str:
        """Return one line."""
        parts = [_counted(self.state), _running(self.state), _times(self.state), _best(self.state), self.state.note]
        return " · ".join(plain(part) for part in parts if part)

    def html(self) -> str:
        """Return a bar, the line and the leaderboard so far, of a height that does not change."""
        state = self.state
        table = _so_far(state)
        return str(
            render(
                "progress.html",
                state=state,
                percent=100 * state.done / state.total if state.total else 0,
                counted=_counted(state),
                running=_running(state, ROW) or "Waiting for a worker."
                if state.done < state.total
                else "All fits have ended.",
                times=_times(state),
                table=table,
                order=None,
                more=len(self.frame()) - len(table.rows) if table else 0,
                room=ROWS if state.models is None else min(state.models, ROWS),
            )
        )

    def markdown(self) -> str:
        """Return the line, and the leaderboard so far."""
        table = _so_far(self.state)
        return in_markdown(self.text()) + (f"\n\n{to_markdown(table)}" if table else "")

    def _html(self, *, with_library: bool = False) -> str:
        # shown several times a second: no scripts
        del with_library
        return self.html()

    def _text(self) -> str:
        return self.text()


def clock(seconds: float) -> str:
    """Write a time as people read it.

    Examples
    --------
    >>> clock(12.4), clock(3725)
    ('0:12', '1:02:05')
    """
    minutes, rest = divmod(max(int(seconds), 0), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _counted(state: ProgressState) -> str:
    failed = f", {state.failed:,} failed" if state.failed else ""
    return f"{state.done:,}/{state.total:,} fits{failed}"


def _running(state: ProgressState, width: int = LINE) -> str:
    number = len(state.running)
    named = [shortened(one, width // min(number, NAMED)) for one in state.running[:NAMED]]
    more = f" and {number - NAMED:,} more" if number > NAMED else ""
    return f"{number} running: {'; '.join(named)}{more}" if named else ""


def _times(state: ProgressState) -> str:
    left = "" if state.remaining is None else f", about {clock(math.ceil(state.remaining))} left"
    return clock(state.elapsed) + left


def _best(state: ProgressState) -> str:
    board, metrics = state.leaderboard, _directions(state)
    if board is None or board.empty or not metrics:
        return ""
    metric = next(iter(metrics))
    score = float(board[metric].iloc[0])
    return f"best so far {shortened(board.index[0], 40)} {metric} {score:.3f}" if math.isfinite(score) else ""


def _directions(state: ProgressState) -> dict[str, bool]:
    """Return the metrics that the frame has, in their order."""
    names = [] if state.leaderboard is None else [str(name) for name in state.leaderboard]
    return {name: larger for name, larger in state.directions.items() if name in names}


def _so_far(state: ProgressState) -> Table | None:
    board = state.leaderboard
    if board is None or board.empty:
        return None
    kept = board.head(ROWS).drop(columns=[name for name in LEFT_OUT if name in board])
    # intervals are left to the end: a second line in a row would make it jump
    for name in _directions(state):
        kept = kept.drop(columns=[f"{name}_{end}" for end in ("low", "high") if f"{name}_{end}" in kept])
    table = summarize(kept, _directions(state))
    return replace(table, rows=tuple(tuple(map(_one_line, row)) for row in table.rows))


def _one_line(cell: Cell) -> Cell:
    return replace(cell, text=shortened(cell.text, 36))
