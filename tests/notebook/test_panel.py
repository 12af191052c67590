"""The panel of `%mosi_cluster`, driven by what the widgets send: real schedulers, no browser."""

import threading

import pytest

from mosi_nb import ClusterError
from mosi_nb.notebook import panel as panels
from mosi_nb.notebook.panel import Panel
from mosi_nb.run import scaling
from mosi_nb.run.cluster import prefer, preferred
from mosi_nb.run.connect import current, disconnect, use
from mosi_nb.storage.last_cluster import remember, remembered
from tests.run.remote import as_options, certificates, remote


@pytest.fixture(scope="module")
def over_tls(tmp_path_factory):
    folder = tmp_path_factory.mktemp("panel")
    paths = certificates(folder / "certificates")
    with remote(folder / "cluster", security=as_options(paths)) as opened:
        opened.paths = [paths["tls_ca_file"], paths["tls_cert"], paths["tls_key"]]
        yield opened


@pytest.fixture
def panel(shell, history, monkeypatch):
    monkeypatch.setattr("mosi_nb.run.cluster._Embedded.client", None)
    disconnect()  # from what other tests have used
    opened = Panel(shell.ipython, timeout=5)
    yield opened
    opened.close()
    use(None)
    prefer()


def shown(panel):
    """Return all that the panel says."""
    parts = panel.parts
    return " ".join(part.value for part in (parts.message, parts.state, parts.table, parts.looked))


def write(panel, address, paths=()):
    """Fill the fields in and press Connect; return when that came to its end."""
    panel.parts.address.value = address
    for field, path in zip(panel.parts.paths, paths, strict=False):
        field.value = path
    panel.parts.connect.click()
    panel.wait()


def visible(part):
    return part.layout.display != "none"


def test_connecting_shows_the_cluster_and_this_machine_goes_back(panel, over_tls):
    parts = panel.parts
    assert "The cores of this machine; workers start with the first run." in shown(panel)
    assert (parts.this_machine.disabled, visible(parts.tls), visible(parts.again)) == (True, False, False)
    write(panel, over_tls.address, over_tls.paths)
    assert visible(parts.tls)  # an address with tls:// unfolds them
    assert f"Runs use {over_tls.address} from now on." in parts.message.value
    assert current() == over_tls.address
    over_tls.wait(lambda: (panel.look(), "1 worker, 1 thread." in parts.state.value)[1])
    for told in ("Versions: the same as here.", 'Dashboard: <a href="http://127.0.0.1:', "memory, GB", "Looked at "):
        assert told in shown(panel)
    # nobody can scale what is known by its address alone
    assert (visible(parts.workers), visible(parts.scale)) == (False, False)
    assert "known by its address alone" in parts.not_scaled.value
    parts.this_machine.click()
    panel.wait()
    assert f"Closed: the connection to {over_tls.address}." in parts.message.value
    assert current() is None
    assert parts.this_machine.disabled
    assert visible(parts.scale)


def test_what_was_used_last_is_offered_to_the_next_kernel(panel, over_tls, history, shell):
    write(panel, over_tls.address, over_tls.paths)
    assert remembered() == over_tls.address
    assert not any(b"member" in path.read_bytes() for path in history.parent.iterdir())  # no path of a key
    use(None)
    later = Panel(shell.ipython, timeout=5)
    assert later.parts.address.options[0] == over_tls.address
    assert visible(later.parts.again)
    assert over_tls.address in later.parts.again.description
    for field, path in zip(later.parts.paths, over_tls.paths, strict=True):
        field.value = path
    later.parts.again.click()
    later.wait()
    assert current() == over_tls.address
    later.close()


def test_what_is_wrong_is_told_in_the_panel(panel, over_tls, tmp_path):
    write(panel, "my_clster")
    assert "Failed: cluster &#x27;my_clster&#x27;: there is no such variable." in panel.parts.message.value
    write(panel, "")
    assert "Write an address" in panel.parts.message.value
    panel.parts.timeout.value = 0.5
    write(panel, "tcp://127.0.0.1:9")
    assert "no scheduler was reached within 0.5 s: nobody listens there." in panel.parts.message.value
    write(panel, over_tls.address, [over_tls.paths[0]])
    assert "TLS certificate: no path is given." in panel.parts.message.value
    write(panel, over_tls.address, [str(tmp_path / "<b>.pem"), over_tls.paths[1]])
    assert "&lt;b&gt;.pem&#x27;: there is no such file." in panel.parts.message.value
    write(panel, over_tls.address, [over_tls.paths[0], over_tls.paths[1], over_tls.paths[0]])
    assert "TLS certificates cannot be used" in panel.parts.message.value
    locked = tmp_path / "locked.key"
    locked.write_text("-----BEGIN ENCRYPTED PRIVATE KEY-----")
    write(panel, over_tls.address, [over_tls.paths[0], over_tls.paths[1], str(locked)])
    assert "locked by a passphrase" in panel.parts.message.value
    assert 'role="alert"' in panel.parts.message.value
    assert current() is None


def test_trying_can_be_cancelled_and_changes_nothing(panel, monkeypatch):
    trying, go_on = threading.Event(), threading.Event()

    def probe(cluster, timeout, security):
        trying.set()
        assert go_on.wait(60)

    monkeypatch.setattr(panels, "probe", probe)
    monkeypatch.setattr(panels, "choose", lambda *_: pytest.fail("it was cancelled"))
    panel.parts.address.value = "tcp://10.0.0.7:8786"
    panel.parts.connect.click()
    assert trying.wait(60)
    assert "Trying tcp://10.0.0.7:8786 for up to 5 s." in panel.parts.message.value
    assert not panel.parts.cancel.disabled
    panel.parts.cancel.click()
    assert "Cancelled. Nothing was changed." in panel.parts.message.value
    go_on.set()
    panel.wait()
    assert "Cancelled." in panel.parts.message.value
    assert panel.parts.cancel.disabled
    assert current() is None


def test_the_number_of_workers_of_this_machine_is_for_the_next_run(panel):
    panel.parts.workers.value = 1
    panel.parts.scale.click()
    panel.wait()
    assert "Runs on this machine use 1 worker from the next one on" in panel.parts.message.value
    assert preferred() == 1
    panel.parts.workers.value = 0
    panel.parts.scale.click()
    panel.wait()
    assert "Failed: jobs is the number of workers" in panel.parts.message.value


def test_a_cluster_object_is_scaled_unless_it_adapts(monkeypatch):
    class Cluster:
        asked = None
        _adaptive = None

        def scale(self, workers):
            self.asked = workers

    mine = Cluster()
    monkeypatch.setattr("mosi_nb.run.connect._Ours.used", mine)
    assert scaling.scale(3) == "Asked for 3 workers. The table shows those that are there."
    assert mine.asked == 3
    mine._adaptive = object()
    with pytest.raises(ClusterError, match="adapts its workers"):
        scaling.scale(3)


def test_variables_and_files_that_could_be_one_are_offered(panel, shell, tmp_path, monkeypatch):
    class Cluster:
        scheduler_address = "tcp://10.0.0.8:8786"

    (tmp_path / "scheduler.json").write_text("{}")
    monkeypatch.chdir(tmp_path)
    shell.names |= {"mine": Cluster(), "kind": Cluster, "head": "tcp://10.0.0.7:8786", "words": "good"}
    panel.look()
    assert panel.parts.address.options == ("scheduler.json", "head", "mine")


def test_it_rests_where_it_is_not_shown(panel, published):
    panel._ipython_display_()
    bundle, kept = published
    assert "The cores of this machine" in kept["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert bundle["text/plain"] == "The cores of this machine; workers start with the first run."
    assert not panel._awake.is_set()
    panel.parts.root._view_count = 1
    assert panel._awake.is_set()
    panel.parts.root._view_count = 0
    assert not panel._awake.is_set()
    assert "at rest since" in panel.parts.looked.value


def test_a_cluster_that_is_gone_is_told_and_not_tried_again(panel, monkeypatch):
    class Gone:
        status = "closed"

    monkeypatch.setattr("mosi_nb.run.connect._Ours.used", "tcp://10.0.0.7:8786")
    monkeypatch.setattr("mosi_nb.run.connect._Ours.client", Gone())
    panel._connected = "Runs use tcp://10.0.0.7:8786 from now on."
    panel.parts.say(panel._connected)
    panel.look()
    assert panel.parts.message.value == ""
    assert "tcp://10.0.0.7:8786 does not answer. Connect again" in panel.parts.state.value
    assert not panel.parts.this_machine.disabled


def test_many_workers_are_counted_and_the_first_listed(panel):
    row = {"threads": 1, "memory": 1e9, "limit": 0, "cpu": 1.0, "tasks": 0}
    panel.parts.show({"headline": "Many.", "workers": [{**row, "worker": f"tcp://a:{n}"} for n in range(1200)]})
    assert "The first 100 of 1,200 workers are listed." in panel.parts.state.value
    assert panel.parts.table.value.count("tcp://a:") == 100


def test_every_control_is_named(panel):
    parts = panel.parts
    fields = [parts.address, parts.timeout, parts.with_tls, *parts.paths, parts.workers]
    buttons = [parts.connect, parts.cancel, parts.this_machine, parts.again, parts.refresh, parts.scale]
    assert all(part.description for part in (*fields, *buttons))
    assert all(button.tooltip for button in buttons)


def test_the_magic_opens_it_in_a_notebook_with_the_timeout_of_the_settings(shell, monkeypatch):
    assert "--panel needs a notebook" in str(shell.refused("%mosi_cluster --panel"))
    monkeypatch.setattr("mosi_nb.notebook.clusters.in_notebook", lambda shell: True)
    monkeypatch.setattr(panels._Open, "panel", None)
    shell.run("%config MosiMagics.timeout = 2.5")
    text, error = shell.run("%mosi_cluster --panel")
    assert error is None
    opened = panels._Open.panel
    assert opened.parts.timeout.value == 2.5
    assert text.startswith("The cores of this machine")
    shell.run("%mosi_cluster --panel")
    assert panels._Open.panel is opened
    assert "within 2.5 s" in str(shell.refused("%mosi_cluster tcp://127.0.0.1:9"))
    opened.close()


@pytest.mark.parametrize("secret", ["tcp://me:word@head:8786", "ws://head/?token=abc", "two\nlines", "x" * 501])
def test_what_may_hold_a_secret_is_not_remembered(history, secret):
    remember(secret)
    assert (remembered(), list(history.parent.iterdir())) == ("", [])


def test_nothing_is_remembered_without_a_history(monkeypatch):
    monkeypatch.setenv("MOSI_NB_HISTORY", "none")
    remember("tcp://10.0.0.7:8786")
    assert remembered() == ""
