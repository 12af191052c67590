"""Tab and Shift-Tab in a cell, through a kernel: what a person waits for at each key."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable

from tests.notebook.kernels import Kernel

COMPONENTS = 40
LIMIT = 100.0  # milliseconds
CELL = "%%mosi_experiment first\ndata = sample()\nfolds = by_video(5)\n"
MORE_MODELS = f"""
from mosi_nb import component
from mosi_nb.registry import find, names

for number in range({COMPONENTS} - len(names("model"))):
    component("model", f"more_{{number}}")(find("model", "boosting").build)
print(" ".join(names("model")[:{COMPONENTS}]))
"""


def report() -> int:
    """Print the milliseconds of a key press, by the median over the models; return how many are beyond the limit."""
    print(f"{'milliseconds, through a kernel with 40 models':47}{'median':>8}{'worst':>8}{'limit':>8}")
    beyond = 0
    with tempfile.TemporaryDirectory() as folder:
        kernel = Kernel(7, folder)
        try:
            models = kernel.execute(MORE_MODELS).text.split()
            assert len(models) == COMPONENTS
            for name, ask in (
                ("Tab: models that begin with a letter", lambda model: kernel.complete(f"{CELL}models = {model[0]}")),
                ("Tab: all models", lambda _: kernel.complete(f"{CELL}models = ")),
                ("Tab: parameters of a model", lambda model: kernel.complete(f"{CELL}models = {model}(")),
                ("Shift-Tab: help on a model", lambda model: kernel.inspect(f"{CELL}models = {model}")),
            ):
                beyond += _row(name, ask, models)
        finally:
            kernel.close()
    return beyond


def _row(name: str, ask: Callable[[str], object], models: list[str]) -> bool:
    measured = [_milliseconds(ask, model) for model in models]
    median = statistics.median(measured)
    said = "   BEYOND" if median > LIMIT else ""
    print(f"{name:47}{median:8.1f}{max(measured):8.1f}{LIMIT:8.0f}{said}", flush=True)
    return median > LIMIT


def _milliseconds(ask: Callable[[str], object], model: str) -> float:
    began = time.perf_counter()
    ask(model)
    return 1000 * (time.perf_counter() - began)


if __name__ == "__main__":
    raise SystemExit(report() > 0)
