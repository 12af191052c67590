"""What an ablation adds to the reference leaderboard: all 7 subsets of the modalities, early and late.

The models of `leaderboard.py` are trained on all modalities: the fused run. Then the best candidate of each is
fitted on the six smaller subsets, and late fusion is computed. All of that is to take less than twice as long as
the fused run, as it is carried out by default: nested. The fused run by separate fits (`nested = off`) stands
beside it for comparison, and has no limit.

Measured on two busy cores: 1.4 x in processor time, 1.3 x in wall time. With the best forest of 200 trees in place
of the smallest that is as good it was 2.6 x: four fifths of the ablation were forests, since a nested grid of 8 costs
as much as 2, and each subset needs one of its own.

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
    began, before = time.perf_counter(), processor()
    model.fit()
    fused = {"fused": time.perf_counter() - began, "fused busy": processor() - before}
    if nested == "off":
        return fused
    shown = model.ablate()
    whole = {"whole": time.perf_counter() - began, "whole busy": processor() - before}
    began = time.perf_counter()
    model.ablate()
    again = {"again": time.perf_counter() - began, "rows": len(shown.frame())}
    return {**fused, **whole, **again, "taken": [line for line in repr(shown).splitlines() if "one standard" in line]}


def processor() -> float:
    """Return the processor time so far of this process and of its workers, in seconds."""
    import psutil

    this = psutil.Process()
    times = [one.cpu_times() for one in (this, *this.children(recursive=True))]
    return sum(one.user + one.system for one in times)


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
    again = statistics.median(one["again"] for one, _ in held)
    beyond = int(again > SHOWN)
    for how, end in (("wall time", ""), ("processor time", " busy")):
        whole, nested = (statistics.median(one[key + end] for one, _ in held) for key in ("whole", "fused"))
        separate = statistics.median(one["fused" + end] for _, one in held)
        ratio = statistics.median(one["whole" + end] / one["fused" + end] for one, _ in held)
        beyond += ratio >= AT_MOST
        print(f"{f'ablation, {how}':44}{'seconds':>9}{'x nested':>10}{'at most':>9}")
        print(f"{'fused run, nested':44}{nested:9.1f}{1.0:10.2f}")
        print(f"{'fused run, separate fits':44}{separate:9.1f}{separate / nested:10.2f}")
        name = f"nested, and 7 subsets ({held[0][0]['rows']} rows)"
        print(f"{name:44}{whole:9.1f}{ratio:10.2f}{AT_MOST:9.2f}{'   BEYOND' if ratio >= AT_MOST else ''}")
    print(f"shown again in {again:.2f} s (at most {SHOWN})", *held[0][0]["taken"], sep="\n", flush=True)
    return beyond


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    if len(sys.argv) > 1:
        print(json.dumps(ablation(sys.argv[1])))
    else:
        sys.exit(report())
