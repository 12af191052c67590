"""What is shown: plain objects with a frame, a chart where one helps, text and HTML.

A display is made in three steps: *summarize* (a frame or a dict becomes a `Table`, plain values),
*render* (a template becomes HTML, or lines become text), *object* (a `Display` that a notebook knows
how to show). Nothing here knows IPython; nothing shown asks for an address outside the machine.
"""

from mosi_nb.displays.calibration import Calibration
from mosi_nb.displays.charts import ChartDisplay
from mosi_nb.displays.checks import Checks, check_component, check_loader
from mosi_nb.displays.cluster import ClusterView
from mosi_nb.displays.coefficients import Coefficients
from mosi_nb.displays.comparison import Comparison
from mosi_nb.displays.confusion import Confusion
from mosi_nb.displays.conventions import Conventions
from mosi_nb.displays.disagreement import Disagreement
from mosi_nb.displays.display import Display
from mosi_nb.displays.distribution import Distribution
from mosi_nb.displays.errors import Errors
from mosi_nb.displays.evaluation import Evaluation
from mosi_nb.displays.failures import Failures
from mosi_nb.displays.importance import Importance
from mosi_nb.displays.leaderboard import Leaderboard
from mosi_nb.displays.learning_curve import LearningCurve
from mosi_nb.displays.library import library_html
from mosi_nb.displays.modalities import Modalities
from mosi_nb.displays.plan import PlanView
from mosi_nb.displays.predicted import Predicted
from mosi_nb.displays.progress import ProgressState, ProgressView
from mosi_nb.displays.residuals import Residuals
from mosi_nb.displays.robustness import Robustness
from mosi_nb.displays.scores import Scores
from mosi_nb.displays.search import SearchView
from mosi_nb.displays.slices import Slices
from mosi_nb.displays.timeline import Timeline
from mosi_nb.displays.times import Times

__all__ = [
    "Calibration",
    "ChartDisplay",
    "Checks",
    "ClusterView",
    "Coefficients",
    "Comparison",
    "Confusion",
    "Conventions",
    "Disagreement",
    "Display",
    "Distribution",
    "Errors",
    "Evaluation",
    "Failures",
    "Importance",
    "Leaderboard",
    "LearningCurve",
    "Modalities",
    "PlanView",
    "Predicted",
    "ProgressState",
    "ProgressView",
    "Residuals",
    "Robustness",
    "Scores",
    "SearchView",
    "Slices",
    "Timeline",
    "Times",
    "check_component",
    "check_loader",
    "library_html",
]
