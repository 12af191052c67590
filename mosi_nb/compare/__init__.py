"""From results to numbers: scores, intervals, ranks."""

from mosi_nb.compare.leaderboard import Row, evaluation, leaderboard, rows, score

__all__ = ["Row", "evaluation", "leaderboard", "rows", "score"]
