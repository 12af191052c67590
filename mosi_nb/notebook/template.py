"""What a person sees who asks for help or for a cell to begin with."""

from __future__ import annotations

TEMPLATE = """\
%%mosi_experiment {name}
data       = sample()                      # or a path in quotes, or a variable of the notebook
modalities = text, audio, video
text       = tfidf(ngrams=(1, 2))          # encoders of a modality, one after the other
models     = ridge(alpha=[0.3, 1, 3, 10]), svr(C=[1, 3, 10, 30]), boosting, logistic(classes=7)
metrics    = mae, corr, acc7, acc2_nonzero # the first one ranks
folds      = by_video(5)                   # a fold never splits a video
test       = standard                      # locked: opened only by evaluate(test=True)
search     = grid
seed       = 0
"""

HELP = """\
%%mosi_experiment NAME [--plan] [--background] [--on-error stop|keep] [--quiet] [--again] [--cluster NAME]

Train and compare the models that the cell describes; the result is a Model in the variable NAME.

  --plan           show what would be run (models, candidates, folds, fits, rows), and run nothing
  --background     return at once; a button stops the run, NAME.wait() waits for it, NAME.stop() ends it
  --on-error keep  go on when a fit fails, and show the model that failed as a row
  --quiet          show no progress and no result, only errors
  --again          make every fit, whatever the history of earlier runs holds
  --cluster NAME   train there: an address, a scheduler file or a variable; else where %mosi_cluster says
  --help           show this

The body is lines of  key = value.  Only data and models are needed. A complete example:

{template}
Some more keys and parameters:

  fusion = late                  modalities apart, combined later: early, late, both
  ensemble = mean, stack(ridge)  rows for models combined: mean, median, weighted, greedy, stack
  thresholds = acc7              rows with thresholds between classes tuned for a metric
  search = random(30)            or grid, none, halving, tpe: which of the values to try are tried
  checkpoint = "30s"             a network that is broken off goes on from its last state
  calibrate=sigmoid              in a classifier: its probabilities are calibrated; or isotonic

A list in a component's parameter means "try these"; log(low, high, n), uniform(low, high, n),
integers(low, high) and choice(...) are ranges. Names are components, or variables of the notebook:
an estimator among the models, a function f(sentiment, predicted) among the metrics.

While you write, Tab suggests what can stand at the cursor, and Shift-Tab explains what stands there;
%mosi_components lists every name.

%mosi_experiment NAME  alone prints the example. Then:  NAME.leaderboard(), NAME.best(),
NAME.models["ridge"], NAME.predict(X), NAME.evaluate(test=True), NAME.save("ridge", "ridge.mosi").
"""


def template(name: str) -> str:
    """Return a cell that runs as it stands.

    Parameters
    ----------
    name
        Of the variable that it binds.

    Examples
    --------
    >>> template("mine").splitlines()[0]
    '%%mosi_experiment mine'
    """
    return TEMPLATE.format(name=name)


def help_text() -> str:
    """Return what `--help` shows."""
    return HELP.format(template=template("first"))
