"""What `%mosi_cluster` shows and chooses."""

from argparse import Namespace

import pytest
from IPython.utils.io import capture_output

from mosi_nb import ClusterError
from mosi_nb.notebook.clusters import cluster
from mosi_nb.run.connect import current, use
from tests.run.remote import as_options, as_security, certificates, remote


@pytest.fixture(scope="module")
def over_tls(tmp_path_factory):
    folder = tmp_path_factory.mktemp("notebook")
    paths = certificates(folder / "certificates")
    with remote(folder / "cluster", security=as_options(paths)) as opened:
        yield opened, as_security(paths)


@pytest.fixture
def magic(shell):
    """Return a function from a line to what is shown; errors are raised."""

    def run(line=""):
        shown, error = shell.run(f"%mosi_cluster {line}")
        if error:
            raise error
        return shown

    run.names = shell.names
    yield run
    use(None)


def test_the_embedded_cluster_is_shown_and_not_started_for_that(magic, monkeypatch):
    monkeypatch.setattr("mosi_nb.run.cluster._Embedded.client", None)
    assert magic() == "The cores of this machine; workers start with the first run."


def test_the_embedded_workers_are_shown(magic, cluster):
    shown = magic("none")
    assert shown.startswith("The cores of this machine: 2 workers, 2 threads.")
    assert shown.count("tls://127.0.0.1:") == 2


def test_a_cluster_is_chosen_shown_and_left(magic, over_tls):
    opened, magic.names["mine"] = over_tls
    shown = magic(f"{opened.address} --security mine --timeout 5")
    opened.wait(lambda: "1 worker, 1 thread." in magic())
    shown = magic()
    assert f"Connected to {opened.address}: 1 worker, 1 thread." in shown
    assert "Dashboard: http://127.0.0.1:" in shown
    assert "Versions: the same as here." in shown
    assert "memory, GB" in shown
    assert ".key" not in shown
    assert current() == opened.address
    magic("none")
    assert current() is None


def test_a_variable_and_a_file(magic, over_tls, monkeypatch):
    opened, security = over_tls
    monkeypatch.chdir(opened.folder)
    magic.names |= {"security": security, "address": opened.address}
    assert "Connected to" in magic("address --security security")
    assert "Connected to" in magic("scheduler.json")
    assert current() == str(opened.file)


def test_the_dashboard_is_linked_as_dask_is_told_to_behind_jupyterhub(magic, over_tls, monkeypatch):
    import dask

    opened, magic.names["security"] = over_tls
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/me/")
    with dask.config.set({"distributed.dashboard.link": "{JUPYTERHUB_SERVICE_PREFIX}proxy/{port}/status"}):
        shown = magic(f"{opened.address} --security security")
    assert "Dashboard: /user/me/proxy/" in shown
    with dask.config.set({"distributed.dashboard.link": "https://me:pass@hub/{port}?token=abc"}):
        shown = magic()
    assert "Dashboard: https://hub/" in shown
    assert "pass" not in shown
    assert "abc" not in shown


def test_mistakes_are_answered_with_the_nearest(magic):
    magic.names["my_cluster"] = 3
    with pytest.raises(ClusterError, match=r"no such variable\. Did you mean .my_cluster."):
        magic("my_clster")
    with pytest.raises(ClusterError, match="--security 'certs': there is no such variable"):
        magic("tcp://10.0.0.1:1 --security certs")
    with pytest.raises(ClusterError, match="--security belongs to a cluster"):
        magic("--security certs")
    with pytest.raises(ClusterError, match="Did you mean 'tcp://localhost:3'"):
        magic("my_cluster")
    assert current() is None


def test_help_shows_all_ways(magic):
    shown = magic("--help")
    assert "%mosi_cluster none" in shown
    assert "--timeout SECONDS" in shown


def test_arguments_may_be_made_by_hand(shell):
    with capture_output() as shown:
        cluster(shell.ipython, Namespace(cluster=None, security=None, timeout=None, help=True))
    assert "%mosi_cluster tcp://HOST:8786" in "".join(output.data["text/plain"] for output in shown.outputs)
