"""A real kernel, driven by the protocol as JupyterLab drives it, under ipykernel 6 or 7."""

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

from jupyter_client.manager import KernelManager

IPYKERNEL6 = Path(sys.prefix) / "ipykernel6"  # installed there by `make test`
SECONDS = 120


@dataclass
class Outputs:
    """What a cell sent: its reply, and every message about it in the order in which it came."""

    reply: dict
    messages: list = field(default_factory=list)

    def of(self, kind):
        """Return the contents of the messages of a type, such as `display_data`."""
        return [one["content"] for one in self.messages if one["header"]["msg_type"] == kind]

    @property
    def text(self):
        """The plain text of all that was shown, and what was printed."""
        shown = [
            one["data"].get("text/plain", "") for kind in ("display_data", "execute_result") for one in self.of(kind)
        ]
        return "\n".join([*shown, *(one["text"] for one in self.of("stream"))])

    @property
    def error(self):
        """Name and message of what the cell raised; None if nothing."""
        found = self.of("error")
        return f"{found[0]['ename']}: {found[0]['evalue']}" if found else None


class Kernel:
    """A kernel with mosi_nb loaded; `client` is jupyter_client's own, for everything else.

    Parameters
    ----------
    ipykernel
        6 or 7.
    folder
        For IPython's own files.
    environment
        Variables of the kernel's process.
    """

    def __init__(self, ipykernel, folder, **environment):
        self.ipykernel = ipykernel
        held = {**os.environ, "MOSI_NB_HISTORY": "none", "IPYTHONDIR": str(folder), **environment}
        held.pop("PYTHONPATH", None)
        if ipykernel == 6:
            assert IPYKERNEL6.is_dir(), f"ipykernel 6 is not in {IPYKERNEL6}. Run once: make .venv/ipykernel6"
            held["PYTHONPATH"] = str(IPYKERNEL6)
        self.manager = KernelManager()
        self.manager.start_kernel(env=held)
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=SECONDS)
        assert self.execute("import ipykernel; print(ipykernel.__version__)").text.startswith(f"{ipykernel}.")
        assert self.execute("%load_ext mosi_nb").error is None

    def send(self, code):
        """Send a cell and return at once; its message id."""
        return self.client.execute(code, store_history=True)

    def ended(self, sent, listen=None):
        """Return what a cell sent, once it has ended; `listen` is handed each message as it comes."""
        outputs = Outputs({})
        while True:
            message = self.client.get_iopub_msg(timeout=SECONDS)
            if message["parent_header"].get("msg_id") != sent:
                continue
            outputs.messages.append(message)
            if listen:
                listen(message)
            if message["content"].get("execution_state") == "idle":
                outputs.reply = self._reply(sent)
                return outputs

    def execute(self, code):
        """Run a cell to its end; return what it sent."""
        return self.ended(self.send(code))

    def complete(self, code, cursor=None):
        """Return the reply to a completion request; the cursor stands at the end, or where | is."""
        code, cursor = placed(code, cursor)
        return self._reply(self.client.complete(code, cursor))

    def inspect(self, code, cursor=None):
        """Return the reply to an inspection request (Shift-Tab)."""
        code, cursor = placed(code, cursor)
        return self._reply(self.client.inspect(code, cursor))

    def interrupt(self):
        """Interrupt what is running, as the button of a notebook does."""
        self.manager.interrupt_kernel()

    def close(self):
        """End the kernel."""
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
        self.manager.cleanup_resources()

    def _reply(self, sent):
        while True:
            message = self.client.get_shell_msg(timeout=SECONDS)
            if message["parent_header"].get("msg_id") == sent:
                return message["content"]


def placed(code, cursor=None):
    """Return code and cursor; a | in the code is where the cursor stands."""
    if cursor is None and code.count("|") == 1:
        cursor = code.index("|")
        code = code.replace("|", "")
    return code, len(code) if cursor is None else cursor
