"""From results to numbers: scores, intervals, ranks."""

from mosi_nb.compare.board import Board, board, leaderboard
from mosi_nb.compare.checks import check_run
from mosi_nb.compare.combine import cross_fitted, fitted, gather
from mosi_nb.compare.evidence import Evidence
from mosi_nb.compare.leaderboard import Row, evaluation, rows, score
from mosi_nb.compare.searched import dropped_note, searched
from mosi_nb.compare.undefined import undefined

__all__ = [
    "Board",
    "Evidence",
    "Row",
    "board",
    "check_run",
    "cross_fitted",
    "dropped_note",
    "evaluation",
    "fitted",
    "gather",
    "leaderboard",
    "rows",
    "score",
    "searched",
    "undefined",
]
