"""Run a notebook as JupyterLab would, keep it with its outputs, and print its first leaderboard.

Usage: python examples/run_notebook.py NOTEBOOK FOLDER
"""

from __future__ import annotations

import re
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from traitlets.config import Config

if TYPE_CHECKING:
    from collections.abc import Iterator

LEADERBOARD = re.compile(r"\b(leaderboard|rank)\b", re.IGNORECASE)


def run(source: Path, target: Path) -> nbformat.NotebookNode:
    """Run a notebook in its own folder and write it, as far as it came, to the target."""
    notebook = nbformat.read(source, as_version=4)
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as sockets:
        # In a folder that is ours alone; over TCP, others on the machine could listen.
        config = Config({"KernelManager": {"transport": "ipc", "ip": f"{sockets}/kernel"}})
        resources = {"metadata": {"path": str(source.parent)}}
        client = NotebookClient(notebook, config=config, resources=resources, timeout=600)
        try:
            return client.execute()
        finally:
            nbformat.write(notebook, target)


def texts(notebook: nbformat.NotebookNode) -> Iterator[str]:
    """Yield what each output of a notebook shows where nothing but text can be shown."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            yield output.get("data", {}).get("text/plain", "")


def main(source: Path, folder: Path) -> int:
    """Run, print and say where the notebook lies; return the exit code."""
    target = folder / source.name
    started = time.monotonic()
    try:
        notebook = run(source, target)
    except CellExecutionError as error:
        print(f"{error}\n{source} failed; the notebook as far as it came: {target}", file=sys.stderr)
        return 1
    leaderboards = [text for text in texts(notebook) if LEADERBOARD.search(text)]
    if not leaderboards:
        print(f"{source} shows no leaderboard; the notebook with its outputs: {target}", file=sys.stderr)
        return 1
    print(leaderboards[0])
    print(f"\n{source} ran in {time.monotonic() - started:.0f} s. The notebook with its outputs: {target}")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
