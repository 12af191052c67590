"""JupyterLab on loopback, for tests that look at what a person sees."""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.browser.pages import ended


@pytest.fixture(scope="session")
def screenshots(tmp_path_factory):
    """Return the folder for pictures of the main views: MOSI_NB_SCREENSHOTS, or a temporary one."""
    wanted = os.environ.get("MOSI_NB_SCREENSHOTS")
    folder = Path(wanted) if wanted else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class Lab:
    """A JupyterLab server with a folder of its own."""

    def __init__(self, folder, theme="JupyterLab Light"):
        self.folder, self.token = folder, secrets.token_hex(16)
        settings = folder / "settings" / "@jupyterlab" / "apputils-extension"
        settings.mkdir(parents=True)
        (settings / "themes.jupyterlab-settings").write_text(f'{{"theme": "{theme}"}}')
        (settings / "notification.jupyterlab-settings").write_text('{"fetchNews": "false", "checkForUpdates": false}')
        notebook = folder / "settings" / "@jupyterlab" / "notebook-extension"
        notebook.mkdir()
        # Every output stays in the page, also that which is scrolled out of view, however many a cell has.
        (notebook / "tracker.jupyterlab-settings").write_text('{"windowingMode": "none", "maxNumberOutputs": 1000}')
        completer = folder / "settings" / "@jupyterlab" / "completer-extension"
        completer.mkdir()
        # A kernel on a busy machine may take its time; a second is what JupyterLab gives it.
        (completer / "manager.jupyterlab-settings").write_text('{"providerTimeout": 30000}')
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.notebooks = folder / "notebooks"
        self.notebooks.mkdir()
        self.process = self._start()

    def _start(self):
        settings = {
            "ServerApp.ip": "127.0.0.1",
            "ServerApp.port": self.port,
            "ServerApp.port_retries": 0,
            "ServerApp.root_dir": self.notebooks,
            "IdentityProvider.token": self.token,
            "LabApp.user_settings_dir": self.folder / "settings",
            "LabApp.workspaces_dir": self.folder / "workspaces",
            "LabApp.expose_app_in_browser": True,
            "JupyterNotebookApp.expose_app_in_browser": True,
        }
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
        command += [f"--{name}={value}" for name, value in settings.items()]
        environment = os.environ | {
            "JUPYTER_CONFIG_DIR": str(self.folder / "config"),
            "JUPYTER_DATA_DIR": str(self.folder / "data"),
            "IPYTHONDIR": str(self.folder / "ipython"),
        }
        with (self.folder / "lab.log").open("wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
        for _ in range(300):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api?token={self.token}", timeout=5).close()
            except OSError:
                assert process.poll() is None, (self.folder / "lab.log").read_text()
                time.sleep(0.1)
            else:
                return process
        message = f"JupyterLab did not start:\n{(self.folder / 'lab.log').read_text()}"
        raise RuntimeError(message)

    def put(self, name, notebook, *, trusted):
        """Save a notebook in the server's folder; a trusted one is signed, as if it had been run here."""
        held = json.loads(json.dumps(notebook))
        for cell in held["cells"]:
            cell["metadata"]["trusted"] = trusted
        body = json.dumps({"type": "notebook", "format": "json", "content": held}).encode()
        address = f"http://127.0.0.1:{self.port}/api/contents/{name}?token={self.token}"
        asked = urllib.request.Request(address, body, {"Content-Type": "application/json"}, method="PUT")
        urllib.request.urlopen(asked, timeout=60).close()

    def open(self, page, notebook, front="lab/tree"):
        """Open a notebook of the server's folder in a page: in JupyterLab, or with `notebooks` in Notebook 7."""
        page.goto(f"http://127.0.0.1:{self.port}/{front}/{notebook}?token={self.token}&reset")
        page.wait_for_selector(".jp-NotebookPanel .jp-Cell", timeout=60_000)
        session = "window.jupyterapp.shell.currentWidget?.sessionContext"
        # Running cells before the session is ready opens a dialog that asks for a kernel.
        page.wait_for_function(f"{session}?.isReady && {session}.session?.kernel?.status === 'idle'", timeout=60_000)

    def run_all(self, page):
        """Run all cells and wait until the last has ended."""
        page.set_default_timeout(240_000)
        page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")
        ended(page)

    def change_theme(self, page, theme):
        """Change the colours of JupyterLab: `Light` or `Dark`."""
        change = "theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})"
        page.evaluate(change, f"JupyterLab {theme}")
        page.locator(f"body[data-jp-theme-light='{str(theme == 'Light').lower()}']").wait_for(state="attached")
        page.locator("#jupyterlab-splash").wait_for(state="detached")  # it covers the page meanwhile

    def close(self):
        """End the server, and with it the kernels that it started."""
        self.process.terminate()
        self.process.wait(30)


@pytest.fixture(scope="module")
def make_lab(tmp_path_factory):
    """Return a function that starts a server with a theme."""
    opened = []

    def make(theme="JupyterLab Light"):
        lab = Lab(tmp_path_factory.mktemp("lab"), theme)
        opened.append(lab)
        return lab

    yield make
    for lab in opened:
        lab.close()
