"""What the README of an export says: what is in the folder, and how to come back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from mosi_nb.cell import write

if TYPE_CHECKING:
    from mosi_nb.plan import Plan

TEXT = """\
An experiment of mosi_nb, to be trained on in any language.

FILES
{files}

segments  One row a segment. sentiment is in points, from {low:g} to {high:g}. role: train, locked (the test: its
          sentiment is not given), or left out. A video is never on both sides of a fold.
folds     One row a fold and segment: repeat, fold (from 1), segment_id, part (train or held_out).
others    The columns of a modality, one row a segment; a cell that is empty is missing. Sequences are pooled.
{encoded}
TRAIN
For each repeat and fold: train on the segments of the part train, and predict those of the part held_out.
Nothing may be learned from held-out segments: no mean, no vocabulary, no choice of a parameter.
For the test, train once on all segments of the role train, and predict those of the role locked.

COME BACK
Write a table with a header, one row a prediction, in points:

    segment_id,prediction
    {example},0.25
{repeats}
{held_out:,} segments are held out in folds; the {locked:,} locked ones may stand in the same file, or alone in another.
Then, in Python:

    model.add_predictions("theirs", "predictions.csv")

THE EXPERIMENT
{cell}

Fingerprint of segments, sentiment and folds: {fingerprint}
"""

ENCODED = """\
encoded_R_F
          What the model {model} sees in repeat R, fold F: encoders fitted on the train rows of that fold.
          encoded_all: fitted on all rows of the role train, for the locked ones. Either a column for each
          feature; or, of features that are mostly 0, a row for each that is not: column (from 0), value.
"""

REPEATED = """
There are {number} repeats: add a column repeat, with a row for each repeat in which a segment is held out. A file
without that column is taken to hold for every repeat.
"""


def readme(plan: Plan, written: Mapping[str, tuple[int, Sequence[str]]], encoded: str = "") -> str:
    """Return the text.

    Parameters
    ----------
    plan
        Of the experiment.
    written
        Number of rows and columns of each file, by name.
    encoded
        Name of the model whose encoded features are there; empty where none are.
    """
    files = "\n".join(f"{name:<22} {rows:>9,} rows: {_shown(columns)}" for name, (rows, columns) in written.items())
    repeats = max(fold.repeat for fold in plan.folds)
    held_out = {int(row) for fold in plan.folds for row in fold.held_out}
    low, high = plan.segments.scale
    return TEXT.format(
        files=files,
        encoded=ENCODED.format(model=encoded) if encoded else "",
        low=low,
        high=high,
        example=plan.segments.segment_ids[plan.folds[0].held_out[0]],
        repeats=REPEATED.format(number=repeats) if repeats > 1 else "",
        held_out=len(held_out),
        locked=len(plan.locked.test),
        cell=write(plan.spec),
        fingerprint=plan.fingerprint,
    )


def _shown(columns: Sequence[str]) -> str:
    most = 6
    return ", ".join(columns) if len(columns) <= most else f"{', '.join(columns[: most - 1])}, ... {columns[-1]}"
