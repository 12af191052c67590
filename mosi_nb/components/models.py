"""Models: estimators with defaults that suit about 2,000 segments of 93 videos.

Parameters carry scikit-learn's names. None of them stops early by itself: scikit-learn's early stopping
splits rows at random, and so videos. What their tags say to the engine:

- `task`: `regression`, `classification`, or `both`: then a parameter `classes` that is None for a regressor;
- `twin`: name of the model that does the other task by the same method, or the nearest to it;
- `baseline`: it is there to compare with;
- `modalities`: it looks at these only; `blind`: it looks at none;
- `raw`: its features are the transcripts as they are, whatever the encoders of text;
- `nested`: one fit evaluates a grid;
- `size`: the nested parameter that says how much a fit costs, such as the number of trees;
- `variables`: parameters that a variable of the notebook may stand for.
"""

# Names are listed in the order in which they are registered: the best known first.
# isort: off
from mosi_nb.components import baselines
from mosi_nb.components import regressors
from mosi_nb.components import both_tasks
from mosi_nb.components import trees
from mosi_nb.components import classifiers

__all__ = ["baselines", "both_tasks", "classifiers", "regressors", "trees"]
