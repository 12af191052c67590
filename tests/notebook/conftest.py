"""A real IPython shell with the extension loaded, and real kernels."""

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from tests.notebook.kernels import Kernel


class Shell:
    """A shell that tells what a cell showed and what it raised."""

    def __init__(self):
        InteractiveShell.clear_instance()
        self.ipython = InteractiveShell.instance()  # what display() publishes to
        self.names = self.ipython.user_ns

    def run(self, cell):
        """Run a cell; return what it displayed, as plain text, and the error if there was one."""
        with capture_output() as captured:
            result = self.ipython.run_cell(cell, silent=False)
        texts = [output.data.get("text/plain", "") for output in captured.outputs]
        self.printed = captured.stdout + captured.stderr
        return "\n".join(texts), result.error_before_exec or result.error_in_exec

    def refused(self, cell):
        """Run a cell that must fail; return the error."""
        error = self.run(cell)[1]
        assert error is not None
        return error


@pytest.fixture
def shell():
    """Return a shell with mosi_nb loaded and small data in the variables `data_8` and `data_24`."""
    shell = Shell()
    shell.run("%load_ext mosi_nb")
    shell.run("from mosi_nb import sample\ndata_8, data_24 = sample(videos=8), sample(videos=24)")
    yield shell
    shell.run("%unload_ext mosi_nb")
    InteractiveShell.clear_instance()


@pytest.fixture
def published(monkeypatch):
    """Return the list of what widgets of ours show from now on."""
    shown = []
    monkeypatch.setattr("mosi_nb.notebook.kept.display", lambda bundle, raw: shown.append(bundle))
    return shown


@pytest.fixture(scope="module", params=[6, 7], ids=["ipykernel6", "ipykernel7"])
def kernel(request, tmp_path_factory):
    """Return a kernel with mosi_nb loaded, under ipykernel 6 and under 7; one start a module."""
    kernel = Kernel(request.param, tmp_path_factory.mktemp("ipython"))
    yield kernel
    kernel.close()
