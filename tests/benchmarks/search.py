"""What halving and tpe spend on the reference leaderboard, and what they find, against its grid.

The leaderboard is that of `leaderboard.py`, with the videos shuffled into other folds by each seed. Each
seed runs the grid and both searches in a process of its own, one after the other, on a cluster that is
there. A search may spend half of the grid's fits, and its best MAE must be within 1 % of the grid's.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import warnings
from typing import Any

from tests.benchmarks.leaderboard import CELL, CORES, KEPT, ONE_THREAD, ROOT, data

SEEDS = tuple(range(10))
SEARCHES = ("halving", "tpe")
MOST_FITS, MOST_LOSS = 0.5, 0.01


def measured(seed: int) -> dict[str, Any]:
    """Run the grid and the searches with one seed, in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.search", str(seed)]
    environment = {**os.environ, **ONE_THREAD, "MOSI_NB_HISTORY": "none"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"seed {seed} failed:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def compare(seed: int, text: str = "") -> dict[str, Any]:
    """Return fits, seconds and best MAE of each search.

    Parameters
    ----------
    seed
        Of the folds, of the estimators and of the searches.
    text
        Lines of the cell, in place of the reference leaderboard's.
    """
    from mosi_nb import DataIterator, Model
    from mosi_nb.run import embedded

    register_shuffled()
    features, sentiment, ids = data()
    held = DataIterator.from_arrays(features, sentiment=sentiment, segment_ids=list(ids))
    chains = "\n".join(f"{name} = impute, scale, pca({kept})" for name, kept in KEPT.items())
    rest = f"folds = shuffled(5)\ntest = none\nbaselines = none\nmetrics = mae\njobs = {CORES}\nseed = {seed}"
    embedded(CORES).run(lambda: None)
    found = {}
    for search in ("grid", *SEARCHES):
        cell = f"data = held\n{chains}\n{text or CELL}\n{rest}\nsearch = {search}"
        model, began = Model.from_cell(cell, {"held": held}), time.perf_counter()
        model.fit()
        best = {name: float(one.scores["mae"]) for name, one in model.models.items()}
        found[search] = {"seconds": time.perf_counter() - began, "fits": len(model.results.fits), "best": best}
    return found


def register_shuffled() -> None:
    """Register folds that shuffle the videos in the first repeat, too."""
    from sklearn.model_selection import GroupKFold

    from mosi_nb.registry import component
    from mosi_nb.results import Fold

    @component("folds", "shuffled")
    def shuffled(k: int = 5) -> Any:
        """Folds over videos in an order drawn by the seed."""

        def split(segments: Any, rows: Any, seed: int) -> list[Fold]:
            parts = GroupKFold(k, shuffle=True, random_state=seed).split(rows, groups=segments.video_ids[rows])
            return [Fold(1, number + 1, rows[train], rows[out]) for number, (train, out) in enumerate(parts)]

        return split


def report(seeds: tuple[int, ...] = SEEDS) -> int:
    """Print a row a seed and search; return the number of limits that are not kept."""
    names = "".join(
        f"{name:>10}" for name in ("seed", "fits", "of grid", "best MAE", "loss", "worst row", "s", "of grid")
    )
    print(f"{'search':8}{names}")
    beyond = 0
    for seed in seeds:
        found = measured(seed)
        grid = found["grid"]
        least = min(grid["best"].values())
        for search in SEARCHES:
            one = found[search]
            spent, best = one["fits"] / grid["fits"], min(one["best"].values())
            loss, rows = best / least - 1, max(error / grid["best"][m] - 1 for m, error in one["best"].items())
            lost = spent > MOST_FITS or loss > MOST_LOSS
            beyond += lost
            print(
                f"{search:8}{seed:10}{one['fits']:10}{spent:10.2f}{best:10.4f}{loss:10.2%}{rows:10.2%}"
                f"{one['seconds']:10.1f}{one['seconds'] / grid['seconds']:10.2f}{'   BEYOND' if lost else ''}",
                flush=True,
            )
    print(f"at most {MOST_FITS:.0%} of the grid's fits, and a best MAE within {MOST_LOSS:.0%} of its best", flush=True)
    return beyond


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    if len(sys.argv) > 1:
        print(json.dumps(compare(int(sys.argv[1]))))
    else:
        sys.exit(report())
