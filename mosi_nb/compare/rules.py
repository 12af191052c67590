"""Google's rules of machine learning, as far as an experiment shows whether they are kept.

A rule is one function from facts to a verdict. Those that no tool can see (what a product is for, who its
users are) are not here; `docs/rules.md` names them.

References
----------
Zinkevich, M. Rules of machine learning: best practices for ML engineering. Google.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mosi_nb.compare import rules_first_pipeline as first
from mosi_nb.compare import rules_later as later
from mosi_nb.compare.rule_facts import Facts
from mosi_nb.compare.verdicts import Status, Verdict


@dataclass(frozen=True)
class Rule:
    """One of the rules.

    Attributes
    ----------
    number
        As its author counts.
    title
        In a few words.
    advice
        What to do where it is not kept.
    judge
        From facts to a verdict.
    """

    number: int
    title: str
    advice: str
    judge: Callable[[Facts], Verdict]


@dataclass(frozen=True)
class Ruling:
    """A rule that was judged.

    Attributes
    ----------
    number, title
        Of the rule.
    status
        `pass`, `warn`, `does not apply` or `not judged`.
    reason
        Why, in a sentence, with the numbers.
    advice
        What to do; empty unless the status is `warn`.
    """

    number: int
    title: str
    status: Status
    reason: str
    advice: str = ""


RULES: tuple[Rule, ...] = (
    Rule(
        1,
        "Launch without machine learning first",
        "Let the baselines run: leave out 'baselines = none'.",
        first.baselines,
    ),
    Rule(2, "First design metrics", "Write metrics = mae, acc7.", first.metrics_first),
    Rule(
        3,
        "Machine learning over a complex heuristic",
        "Keep the heuristic until a model is clearly better.",
        first.over_heuristic,
    ),
    Rule(4, "Keep the first model simple", "Add a ridge: models = ridge(alpha=log(0.1, 100, 7)), ...", first.simple),
    Rule(
        5,
        "Test the infrastructure apart from the model",
        "Look at what was brought with check_component or on new segments.",
        first.tried,
    ),
    Rule(
        6,
        "Beware of dropped data",
        "Look for the rows that are missing: results.frame() lists all fits.",
        first.rows_kept,
    ),
    Rule(7, "Turn heuristics into features", "Add its value as a column of your loader.", first.heuristic_as_feature),
    Rule(9, "Detect problems before exporting", "Read checks() before save().", first.before_export),
    Rule(
        10,
        "Watch for silent failures",
        "Read the column 'warnings' of results.frame(), and the reasons of failures.",
        first.silent_failures,
    ),
    Rule(11, "Give feature columns documentation", "", first.documented),
    Rule(
        12,
        "Do not overthink the objective",
        "Write a second metric, so that the first is not all that is seen.",
        first.one_objective,
    ),
    Rule(
        13,
        "A simple, observable metric first",
        "Put mae or acc2_nonzero first, your own beside it.",
        first.simple_metric,
    ),
    Rule(
        14,
        "Start with an interpretable model",
        "Add ridge or logistic: models['ridge'].coefficients() explains it.",
        first.interpretable,
    ),
    Rule(16, "Plan to launch and iterate", "Let a history be kept: docs/history.md.", first.iterating),
    Rule(
        17,
        "Observed features before learned ones",
        "Begin with transcripts and plain descriptors; learned features next.",
        first.observed,
    ),
    Rule(
        18,
        "Features that generalise across contexts",
        "Hold out whole videos, or speakers: folds = by_video(5).",
        later.other_contexts,
    ),
    Rule(
        20,
        "Combine features in ways one can understand",
        "Compare with the columns as they are, without pca.",
        later.understandable,
    ),
    Rule(21, "Weights in proportion to the data", "Reduce them: pca(20), select(50), or penalise more.", later.weights),
    Rule(22, "Clean up features that are not used", "Leave the modality out: it costs and adds nothing.", later.unused),
    Rule(24, "Measure the delta between models", "Look at the segments on which the two differ.", later.delta),
    Rule(
        25,
        "Usefulness over predictive power",
        "Take the cheaper one, unless the difference is shown.",
        later.utilitarian,
    ),
    Rule(
        26,
        "Look for patterns in the errors",
        "Look at these segments, with errors() and slices(), and make a feature of what they share.",
        later.patterns,
    ),
    Rule(27, "Quantify undesirable behaviour", "", later.undesirable),
    Rule(29, "Train on the features that are served", "", later.served),
    Rule(30, "Weight data, do not drop them", "Train on them too: test = standard(valid=train).", later.dropped),
    Rule(31, "Joined tables may change", "", later.joined),
    Rule(
        32,
        "The same code to train and to predict",
        "Hand the fitted model over with add() instead of its predictions.",
        later.same_code,
    ),
    Rule(33, "Test on data after those of training", "Hold out whole videos: folds = by_video(5).", later.later_data),
    Rule(36, "Avoid positional features", "Leave the column out.", later.position),
    Rule(
        37,
        "Measure the gap from training to use",
        "Do not choose again: what was opened is no test any more. Ask what the folds hide.",
        later.gap_to_test,
    ),
    Rule(
        39,
        "Decisions depend on more than one metric",
        "Say what the decision is for, and choose by that metric.",
        later.more_metrics,
    ),
    Rule(40, "Keep ensembles simple", "Use weighted or mean: weights nowhere below zero.", later.ensembles),
    Rule(
        41,
        "At a plateau, look for new information",
        "Look for another source, rather than for another model on the same columns.",
        later.plateau,
    ),
)


def scorecard(facts: Facts) -> tuple[Ruling, ...]:
    """Judge every rule.

    Parameters
    ----------
    facts
        Of an experiment.
    """
    return tuple(_ruled(rule, facts) for rule in RULES)


def _ruled(rule: Rule, facts: Facts) -> Ruling:
    verdict = rule.judge(facts)
    advice = (verdict.advice or rule.advice) if verdict.status == "warn" else ""
    return Ruling(rule.number, rule.title, verdict.status, verdict.reason, advice)
