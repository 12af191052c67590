"""The panel of `%mosi_cluster --panel`: connect, look at the workers, scale, go back."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any

from mosi_nb.displays.cluster import ClusterView
from mosi_nb.errors import MosiError
from mosi_nb.notebook.cluster_names import scheduler_files, variables
from mosi_nb.notebook.clusters import choose, embedded_client, meant, summary, versions_of
from mosi_nb.notebook.kept import show
from mosi_nb.notebook.panel_parts import Parts
from mosi_nb.run.certificates import certificates
from mosi_nb.run.cluster import preferred
from mosi_nb.run.connect import current, held, identity, leave, probe, use
from mosi_nb.run.scaling import scale, why_not
from mosi_nb.storage.last_cluster import remembered

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

LOOK_EVERY = 2.0
ANSWER_SECONDS = 5.0
FIRST_ANSWER_SECONDS = 1.0
REST_AFTER = 900.0
"""Seconds after which nobody is asked any more, if nothing was pressed: the page may be closed."""

SETTLE_SECONDS = 0.2
"""The key Enter arrives before the text that it ends."""


class Panel:
    """The cluster that runs use, with controls.

    Parameters
    ----------
    shell
        Whose variables may name a cluster.
    timeout
        Seconds to begin with in the field for them.
    """

    def __init__(self, shell: InteractiveShell, timeout: float) -> None:
        self.shell, self.parts = shell, Parts(timeout)
        self.ended = False
        self._number = 0
        self._action = threading.Thread()
        # One at a time: the last that was asked for is what remains.
        self._acting, self._looking = threading.Lock(), threading.Lock()
        self._awake, self._rest_at = threading.Event(), 0.0
        self._watching: threading.Thread | None = None
        self._versions: dict[str, Any] = {}
        self._versions_are_of: object = None
        self._scaled: object = self
        self._summary: dict[str, Any] = {}
        self._connected = ""
        self.look(FIRST_ANSWER_SECONDS, with_versions=False)
        self._listen()

    # ------------------------------------------------------------------------------ what is pressed

    def connect(self) -> None:
        """Try to reach what the field says, in a thread; what is wrong is shown."""
        parts = self.parts
        written, timeout = parts.address.value.strip().strip("'\""), parts.timeout.value
        paths = [path.value for path in parts.paths] if parts.with_tls.value else []
        if not written:
            parts.say("Write an address, the path of a scheduler file, or the name of a variable.", failed=True)
            return

        def work(is_wanted: Callable[[], bool]) -> str:
            cluster, security = meant(self.shell, written), certificates(*paths)
            probe(cluster, timeout, security)
            with self._acting:
                before = current()
                if is_wanted():
                    choose(cluster, security, timeout)
                if not is_wanted() and current() is not before:  # cancelled in that very moment
                    leave() if before is None else use(before)
            self._connected = f"Runs use {written} from now on."
            return self._connected

        parts.try_to_cancel(possible=True)
        self._act(f"Trying {written} for up to {timeout:g} s.", work)

    def cancel(self) -> None:
        """Try no longer."""
        self._number += 1
        self.parts.try_to_cancel(possible=False)
        self.parts.say("Cancelled. Nothing was changed.")

    def leave(self) -> None:
        """Go back to the cores of this machine, and say what was closed."""

        def work(is_wanted: Callable[[], bool]) -> str:
            del is_wanted
            with self._acting:
                closed = leave()
            told = f"Closed: the connection to {', '.join(closed)}." if closed else "There was no connection to close."
            return f"Back on this machine. {told} A cluster itself, or a Client of yours, goes on."

        self._act("Going back to the cores of this machine.", work)

    def attach_again(self) -> None:
        """Connect to what was used last."""
        self.parts.address.value = remembered()
        self.connect()

    def scale(self) -> None:
        """Ask for as many workers as the field says."""
        workers = self.parts.workers.value
        self._act("Asking for workers.", lambda _: scale(workers))

    def _act(self, saying: str, work: Callable[[Callable[[], bool]], str]) -> None:
        """Do something that may take seconds, in a thread, and show what came of it unless something else was asked."""
        self._number += 1
        number = self._number
        self.parts.say(saying)

        def carry_out() -> None:
            try:
                said, failed = work(lambda: number == self._number), False
            except MosiError as error:
                said, failed = str(error), True
            except Exception as error:  # noqa: BLE001 -- of whatever kind: shown, for nobody else would see it
                said, failed = f"{type(error).__name__}: {error}", True
            if number == self._number:
                self.parts.try_to_cancel(possible=False)
                self.look()
                self.parts.say(said, failed=failed)
            self.wake()

        self._action = threading.Thread(target=carry_out, name="mosi_nb panel", daemon=True)
        self._action.start()

    def wait(self) -> None:
        """Return when what was pressed last has come to its end."""
        self._action.join()

    # ------------------------------------------------------------------------------- what is shown

    def look(self, seconds: float = ANSWER_SECONDS, *, with_versions: bool = True) -> None:
        """Show what is so now.

        Parameters
        ----------
        seconds
            To wait for an answer.
        with_versions
            Ask for the versions, too, where other workers are there than before.
        """
        with self._looking:
            try:
                self._summary = self._seen(seconds, with_versions=with_versions)
            except Exception as error:  # noqa: BLE001 -- workers come and go while they are asked
                self._summary = _lost(f"The cluster could not be asked: {type(error).__name__}: {error}")
            if self._summary.get("lost") and self.parts.said == self._connected:
                self.parts.say("")  # it is true no longer
            self.parts.show(self._summary)
            self.parts.looked.value = _small(f"Looked at {time.strftime('%H:%M:%S')}; again every {LOOK_EVERY:g} s.")
            self._set_controls()

    def _seen(self, seconds: float, *, with_versions: bool) -> dict[str, Any]:
        chosen = current()
        client = embedded_client() if chosen is None else held()
        if client is None:
            return summary(None)
        told = identity(client, seconds)
        if told is None:
            name = (
                chosen if isinstance(chosen, str) else "The cluster" if chosen is not None else "This machine's cluster"
            )
            return _lost(f"{name} does not answer. Connect again, or go back to this machine.")
        seen = summary(client, told)
        if chosen is None or not told["workers"]:
            return seen
        asked = (id(client), *sorted(told["workers"]))
        if with_versions and asked != self._versions_are_of:
            self._versions, self._versions_are_of = versions_of(client), asked
        return {**seen, **self._versions} if asked == self._versions_are_of else seen

    def _set_controls(self) -> None:
        """Show the controls that can be used now."""
        parts, chosen, last = self.parts, current(), remembered()
        parts.this_machine.disabled = chosen is None
        parts.offer(last if chosen is None else "")
        parts.allow_scaling(why_not())
        if chosen is not self._scaled:  # not more often: somebody may be writing a number there
            self._scaled = chosen
            parts.workers.value = preferred() if chosen is None else len(self._summary.get("workers", ()))
        options = tuple(dict.fromkeys([*([last] if last else []), *scheduler_files(), *variables(self.shell.user_ns)]))
        if options != parts.address.options:
            parts.address.options = options

    def wake(self) -> None:
        """Look every two seconds from now on, until the panel is no longer shown or nothing was pressed for long."""
        self._rest_at = time.monotonic() + REST_AFTER
        self._awake.set()

    def _watch(self) -> None:
        while self._awake.wait() and not self.ended:
            self.look()
            if time.monotonic() >= self._rest_at:
                self._rest()
            time.sleep(LOOK_EVERY)

    def _rest(self) -> None:
        self._awake.clear()
        self.parts.looked.value = _small(f"Looked at {time.strftime('%H:%M:%S')}, and at rest since. Refresh goes on.")

    def _count_views(self, views: int | None) -> None:
        if views:
            self.wake()
        else:
            self._rest()

    # ------------------------------------------------------------------------------------ the rest

    def close(self) -> None:
        """Take the panel away; the cluster stays what it is."""
        self.ended = True
        self._awake.set()
        self.parts.root.close()

    def _listen(self) -> None:
        parts = self.parts
        pressed = {
            parts.connect: self.connect,
            parts.cancel: self.cancel,
            parts.this_machine: self.leave,
            parts.again: self.attach_again,
            parts.scale: self.scale,
            parts.refresh: self._refresh,
        }
        for button, action in pressed.items():
            button.on_click(lambda _, action=action: self._press(action))
        parts.with_tls.observe(lambda change: parts.fold(with_tls=change["new"]), "value")
        parts.address.observe(lambda change: self._written(change["new"]), "value")
        parts.address.on_msg(lambda _, content, __: self._key(content))
        parts.root.observe(lambda change: self._count_views(change["new"]), "_view_count")

    def _press(self, action: Callable[[], None]) -> None:
        try:
            action()
        except Exception as error:  # noqa: BLE001 -- shown, for a callback's error is seen by nobody
            self.parts.say(f"{type(error).__name__}: {error}", failed=True)

    def _refresh(self) -> None:
        self.wake()
        threading.Thread(target=self.look, name="mosi_nb panel look", daemon=True).start()

    def _written(self, text: str) -> None:
        if text.strip().startswith("tls://"):
            self.parts.with_tls.value = True

    def _key(self, content: dict[str, Any]) -> None:
        """Connect by the key Enter, once the text that it ended is here."""
        if content.get("event") == "submit":
            threading.Timer(SETTLE_SECONDS, self._press, [self.connect]).start()

    def __repr__(self) -> str:
        """Say what is shown, in a terminal's words."""
        return repr(ClusterView(self._summary))

    def _ipython_display_(self) -> None:
        if self._watching is None:
            self._watching = threading.Thread(target=self._watch, name="mosi_nb panel watch", daemon=True)
            self._watching.start()
        still = str(ClusterView(self._summary).mimebundle()["text/html"])
        show(self.parts.root, self.parts.kept, still=still, told=repr(self))


class _Open:
    """The panel of this kernel: opened again, it is the same one in another place."""

    panel: Panel | None = None


def panel(shell: InteractiveShell, timeout: float) -> Panel:
    """Return the panel of this kernel.

    Parameters
    ----------
    shell, timeout
        As for `Panel`.
    """
    opened = _Open.panel
    if opened is None or opened.ended or opened.shell is not shell:
        opened = _Open.panel = Panel(shell, timeout)
    else:
        opened.parts.say("")
        opened.look(FIRST_ANSWER_SECONDS, with_versions=False)
    return opened


def _lost(headline: str) -> dict[str, Any]:
    """Return what is told of a cluster that does not say anything."""
    return {"headline": headline, "lost": True}


def _small(text: str) -> str:
    return f'<div class="mosi-nb"><small>{escape(text)}</small></div>'
