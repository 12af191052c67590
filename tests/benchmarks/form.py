"""What a person waits for in a form: until it is there, and until it has answered a change, with 40 components.

Measured in a kernel, where every change of a widget is a message.
"""

from __future__ import annotations

import json
import statistics
import sys
import time

from IPython.core.interactiveshell import InteractiveShell
from jupyter_client.manager import start_new_kernel
from sklearn.linear_model import Ridge

from mosi_nb.notebook.form.form import Form
from mosi_nb.registry import component, names

COMPONENTS, TIMES = 40, 20
OPEN_SECONDS, CHANGE_SECONDS = 1.0, 0.1
CODE = "import json\nfrom tests.benchmarks.form import measured\ntold = json.dumps(measured())"


def registered() -> list[str]:
    """Register models until there are 40; return the names of 40."""
    for number in range(max(COMPONENTS + 1 - len(names("model")), 0)):

        def build(depth: int = 2, rate: float = 0.1, wide: bool = False, kind: str = "a") -> Ridge:  # noqa: FBT001, FBT002
            """Stand for a model of the user's."""
            return Ridge(alpha=depth * rate + wide + len(kind))

        build.__qualname__ = f"build_{number}"
        component("model", f"mine_{number}")(build)
    return [name for name in names("model") if name != "lexicon"][:COMPONENTS]


def cell() -> str:
    """Return a cell with 40 models."""
    return f"%%mosi_experiment first\ndata = sample(videos=8)\nmodels = {', '.join(registered())}\nseed = 0  # "


def measured() -> tuple[float, float, float]:
    """Return the seconds that opening takes, that a field takes and that a typed letter takes, all sections open."""
    shell = InteractiveShell.instance()
    shell.run_line_magic("load_ext", "mosi_nb")
    text, opening, field, typing = cell(), [], [], []
    for _ in range(3):
        began = time.perf_counter()
        form = Form(shell, text)
        opening.append(time.perf_counter() - began)
    for section in form.sections:
        if not section.open:
            section.toggle()
    models = form.section("Models").parts[0]
    models.select(COMPONENTS - 1)
    control = next(iter(models.parameters._fields.values())).control
    for number in range(TIMES):
        began = time.perf_counter()
        control.value = f"[{number}, {number + 1}]"
        field.append(time.perf_counter() - began)
        began = time.perf_counter()
        form.text.value = form.text.value + "a"
        typing.append(time.perf_counter() - began)
        assert form.draft.error is None
        assert f"=[{number}, {number + 1}]" in form.text.value
    return tuple(statistics.median(one) for one in (opening, field, typing))


def in_a_kernel() -> list[float]:
    """Return what is measured inside a kernel."""
    manager, client = start_new_kernel()
    try:
        told = client.execute_interactive(CODE, timeout=120, output_hook=lambda _: None, user_expressions={"m": "told"})
        return list(json.loads(told["content"]["user_expressions"]["m"]["data"]["text/plain"].strip("'")))
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def report() -> int:
    """Print a row for each measurement; return how many are beyond their limit."""
    beyond = 0
    print(f"{f'the form, {COMPONENTS} models':47}{'median':>8}{'':8}{'limit':>8}")
    what = "it opens", "a field changes the text", "a letter is typed in the text"
    for name, seconds, limit in zip(what, in_a_kernel(), (OPEN_SECONDS, CHANGE_SECONDS, CHANGE_SECONDS), strict=True):
        beyond += seconds > limit
        print(f"{name:47}{seconds:8.3f}{'':8}{limit:8.1f}{'   BEYOND' if seconds > limit else ''}", flush=True)
    return beyond


if __name__ == "__main__":
    sys.exit(report() > 0)
