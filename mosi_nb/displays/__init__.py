"""What is shown: plain objects with a frame, a chart where one helps, text and HTML.

A display is made in three steps: *summarize* (a frame or a dict becomes a `Table`, plain values),
*render* (a template becomes HTML, or lines become text), *object* (a `Display` that a notebook knows
how to show). Nothing here knows IPython; nothing shown asks for an address outside the machine.
"""

from mosi_nb.displays.charts import ChartDisplay, chart_bundle
from mosi_nb.displays.checks import Checks, check_component, check_loader
from mosi_nb.displays.cluster import ClusterView
from mosi_nb.displays.coefficients import Coefficients
from mosi_nb.displays.display import Display
from mosi_nb.displays.evaluation import Evaluation
from mosi_nb.displays.leaderboard import Leaderboard
from mosi_nb.displays.library import library_html
from mosi_nb.displays.plan import PlanView
from mosi_nb.displays.progress import ProgressState, ProgressView
from mosi_nb.displays.search import SearchView

__all__ = [
    "ChartDisplay",
    "Checks",
    "ClusterView",
    "Coefficients",
    "Display",
    "Evaluation",
    "Leaderboard",
    "PlanView",
    "ProgressState",
    "ProgressView",
    "SearchView",
    "chart_bundle",
    "check_component",
    "check_loader",
    "library_html",
]
