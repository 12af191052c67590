"""What will be fitted: candidates, folds and pipelines. Nothing is fitted here."""

from mosi_nb.plan.candidates import Candidate
from mosi_nb.plan.checks import check_plan, splits_rows
from mosi_nb.plan.combinations import Combination, combiner_of, members_of, thresholds_of
from mosi_nb.plan.opened import open_data
from mosi_nb.plan.plan import Plan, make_plan
from mosi_nb.plan.summary import summary

__all__ = [
    "Candidate",
    "Combination",
    "Plan",
    "check_plan",
    "combiner_of",
    "make_plan",
    "members_of",
    "open_data",
    "splits_rows",
    "summary",
    "thresholds_of",
]
