"""What several tests do with a notebook in a page."""

import json


def notebook(*cells):
    """Return a notebook of code cells that have not run, as its file holds it."""
    made = [
        {"cell_type": "code", "id": f"c{n}", "source": source, "metadata": {}, "outputs": [], "execution_count": None}
        for n, source in enumerate(cells)
    ]
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return json.dumps({"cells": made, "metadata": {"kernelspec": spec}, "nbformat": 4, "nbformat_minor": 5})


def asked(page, code):
    """Run code in the notebook's kernel, beside its cells; return what it prints."""
    return page.evaluate(
        """async code => {
            const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
            const future = kernel.requestExecute({code, silent: false, store_history: false});
            let said = "";
            future.onIOPub = message => { said += message.content.text ?? (message.content.traceback ?? []).join("") };
            await future.done;
            return said.trim();
        }""",
        code,
    )


def ended(page):
    """Wait until no cell is running."""
    busy = "[...document.querySelectorAll('.jp-InputPrompt')].some(p => p.textContent.includes('*'))"
    page.wait_for_function(f"!({busy})")
