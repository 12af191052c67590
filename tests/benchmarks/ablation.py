"""What an ablation adds to the reference leaderboard: all 7 subsets of the modalities, early and late.

The models of `leaderboard.py` are trained on all modalities: the fused run. Then the best candidate of each is
fitted on the six smaller subsets, and late fusion is computed. All of that is to take less than twice as long as
the fused run, as it is carried out by default: nested. The fused run by separate fits (`nested = off`) stands
beside it for comparison, and has no limit.

The limit is not kept: 2.6 x in processor time, 1.4 x that of separate fits. Four fifths of the ablation are
forests: nested, a grid of 8 costs as much as 2, and each of the 6 subsets needs one of its own.

Each round runs in a process of its own, without a history.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
import warnings
from typing import Any

from tests.benchmarks.leaderboard import CELL, CORES, KEPT, ONE_THREAD, ROOT, data

AT_MOST, SHOWN = 2.0, 1.0


def ablation(nested: str) -> dict[str, Any]:
    """Measure the fused run, and where it is nested the ablation and its display once more."""
    from mosi_nb import DataIterator, Model
    from mosi_nb.run import embedded

    features, sentiment, ids = data()
    held = DataIterator.from_arrays(features, sentiment=sentiment, segment_ids=list(ids))
    chains = "\n".join(f"{name} = impute, scale, pca({kept})" for name, kept in KEPT.items())
    rest = f"folds = by_video(5)\ntest = none\nbaselines = none\nmetrics = mae\nnested = {nested}\njobs = {CORES}"
    model = Model.from_cell(f"data = held\n{chains}{CELL}{rest}", {"held": held})
    embedded(CORES).run(lambda: None)
    began = time.perf_counter()
    model.fit()
    fused = time.perf_counter() - began
    if nested == "off":
        return {"fused": fused}
    rows = len(model.ablate().frame())
    whole = time.perf_counter() - began
    began = time.perf_counter()
    model.ablate()
    return {"fused": fused, "whole": whole, "again": time.perf_counter() - began, "rows": rows}


def measured(nested: str) -> dict[str, Any]:
    """Run it in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.ablation", nested]
    environment = {**os.environ, **ONE_THREAD, "MOSI_NB_HISTORY": "none"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"the ablation failed:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def report(rounds: int = 3) -> int:
    """Print what was measured; return the number of limits that are not kept."""
    held = [(measured("on"), measured("off")) for _ in range(rounds)]
    whole, nested, again = (statistics.median(one[key] for one, _ in held) for key in ("whole", "fused", "again"))
    separate = statistics.median(one["fused"] for _, one in held)
    ratio = statistics.median(one["whole"] / one["fused"] for one, _ in held)
    print(f"{'ablation':44}{'seconds':>9}{'x nested':>10}{'at most':>9}")
    print(f"{'fused run, nested':44}{nested:9.1f}{1.0:10.2f}")
    print(f"{'fused run, separate fits':44}{separate:9.1f}{separate / nested:10.2f}")
    name = f"nested, and 7 subsets ({held[0][0]['rows']} rows)"
    beyond = "   BEYOND" if ratio >= AT_MOST else ""
    print(f"{name:44}{whole:9.1f}{ratio:10.2f}{AT_MOST:9.2f}{beyond}")
    print(f"shown again in {again:.2f} s (at most {SHOWN})", flush=True)
    return int(ratio >= AT_MOST) + int(again > SHOWN)


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    if len(sys.argv) > 1:
        print(json.dumps(ablation(sys.argv[1])))
    else:
        sys.exit(report())
