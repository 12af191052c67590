"""Real schedulers and workers, and what listens at an address and is none."""

import itertools
import json
import logging
import os
import shutil
import socket
import socketserver
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from distributed import Client, LocalCluster

from mosi_nb import ClusterError
from mosi_nb.run import connect as connecting
from mosi_nb.run.connect import connect, current, disconnect, use
from mosi_nb.run.workers import wait_for_first
from tests.run.remote import Remote, as_options, as_security, certificates, remote

SECONDS = 1.5
SERIAL = itertools.count()


@pytest.fixture(scope="module")
def over_tcp(tmp_path_factory):
    with remote(tmp_path_factory.mktemp("tcp")) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def paths(tmp_path_factory):
    return certificates(tmp_path_factory.mktemp("tls") / "certificates")


@pytest.fixture(scope="module")
def over_tls(tmp_path_factory, paths):
    with remote(tmp_path_factory.mktemp("over_tls"), security=as_options(paths)) as cluster:
        yield cluster


@pytest.fixture(autouse=True)
def _left_as_it_was(caplog):
    """Close what was opened; nothing may have been logged."""
    yield
    use(None)
    assert [r.getMessage() for r in caplog.get_records("call") if r.levelno >= logging.WARNING] == []


def refused(cluster, seconds=SECONDS, **options):
    """Return the message for a cluster that is not reached, in time."""
    began = time.monotonic()
    with pytest.raises(ClusterError) as error:
        connect(cluster, seconds, **options)
    assert time.monotonic() - began < seconds + 2
    return str(error.value)


def answers(client):
    return client.submit(lambda: 6 * 7, pure=False).result(timeout=20) == 42


# ------------------------------------------------------------------------------------ ways to say which


def test_an_address_a_file_a_client_and_an_object_lead_to_the_same_scheduler(over_tcp):
    client = connect(over_tcp.address)
    assert answers(client)
    assert connect(over_tcp.address.removeprefix("tcp://")) is client
    assert connect(over_tcp.file) is client
    assert connect(str(over_tcp.file)) is client

    class Cluster:
        scheduler_address = over_tcp.address

    assert connect(Cluster()) is client
    with Client(over_tcp.address, set_as_default=False) as own:
        assert connect(own) is own
        disconnect()
        assert own.status == "running"
    assert client.status == "closed"


def test_it_is_not_the_default_client_of_dask(over_tcp):
    from distributed import default_client

    connect(over_tcp.address)
    with pytest.raises(ValueError, match="No clients found"):
        default_client()


def test_a_dead_client_is_replaced(over_tcp):
    client = connect(over_tcp.address)
    client.close()
    assert answers(connect(over_tcp.address))


def test_an_object_that_only_gives_clients_keeps_its_own(over_tcp):
    with Client(over_tcp.address, set_as_default=False) as own:

        class Cluster:
            def get_client(self):
                return own

        cluster = Cluster()
        assert connect(cluster) is own
        assert connect(cluster) is own
        disconnect()
        assert own.status == "running"


def test_a_cluster_object_goes_on_when_its_client_is_closed():
    with LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address="127.0.0.1:0") as cluster:
        client = connect(cluster)
        assert connect(cluster) is client
        assert answers(client)
        disconnect()
        assert cluster.status.name == "running"
    assert "it is closed" in refused(cluster)


def test_what_is_chosen_is_kept_until_none_is(over_tcp, monkeypatch):
    monkeypatch.chdir(over_tcp.folder)
    client = use("scheduler.json")
    assert current() == str(over_tcp.file)
    assert connect(current()) is client
    with pytest.raises(ClusterError, match="no such scheduler file"):
        use("other.json")
    assert current() == str(over_tcp.file)
    assert use(None) is None
    assert current() is None
    assert client.status == "closed"


def test_what_was_opened_is_closed_when_python_ends(over_tcp):
    code = f"from mosi_nb.run.connect import connect; connect({over_tcp.address!r}); print('open')"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "open\n", "")


# --------------------------------------------------------------------------------------------------- TLS


def test_tls_with_certificates(over_tls, paths):
    client = connect(over_tls.address, security=as_security(paths))
    assert over_tls.address.startswith("tls://")
    assert answers(client)
    assert connect(over_tls.address) is client


def test_tls_with_certificates_of_the_configuration(over_tls, paths):
    import dask

    names = {"ca-file": paths["tls_ca_file"], "client.cert": paths["tls_cert"], "client.key": paths["tls_key"]}
    with dask.config.set({f"distributed.comm.tls.{name}": path for name, path in names.items()}):
        assert answers(connect(over_tls.file))


def test_tls_without_certificates_says_what_to_set(over_tls):
    told = refused(over_tls.address)
    assert "tls:// needs certificates" in told
    assert "tls_ca_file" in told
    assert "distributed.comm.tls.ca-file" in told


def test_tls_with_certificates_of_another_authority(over_tls, tmp_path, paths):
    others = certificates(tmp_path / "others")
    assert "not signed by the authority in tls_ca_file" in refused(over_tls.address, security=as_security(others))
    mixed = {**others, "tls_ca_file": paths["tls_ca_file"]}
    assert "it refused the certificate of this client" in refused(over_tls.address, security=as_security(mixed))


def test_tcp_where_tls_is_spoken_and_the_other_way_round(over_tls, over_tcp, paths):
    assert "speaks TLS.\nWrite tls://" in refused(over_tls.address.replace("tls", "tcp"))
    told = refused(over_tcp.address.replace("tcp", "tls"), security=as_security(paths))
    assert "does not speak TLS.\nTry tcp://" in told


# ------------------------------------------------------------------------------- what is no scheduler at all


@contextmanager
def listening(server):
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"tcp://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_nobody_listens():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        told = refused(address)
    assert f"cluster '{address}': no scheduler was reached within 1.5 s: nobody listens there." in told


def test_a_listener_that_never_answers():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        told = refused(f"tcp://127.0.0.1:{silent.getsockname()[1]}")
    assert "does not answer as a dask scheduler" in told


def test_a_web_server():
    class Quiet(BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

    class Server(socketserver.ThreadingMixIn, HTTPServer):
        daemon_threads = True

        def handle_error(self, *_):
            pass

    with listening(Server(("127.0.0.1", 0), Quiet)) as address:
        assert "a web server listens there, maybe the dashboard" in refused(address)


def test_the_address_of_a_worker(over_tcp):
    worker = next(iter(connect(over_tcp.address).nthreads()))
    told = refused(worker)
    assert "that is the address of a worker" in told
    assert f"Its scheduler is {over_tcp.address}." in told


def test_a_name_that_no_machine_has():
    assert "no machine is known by the name" in refused("tcp://no-such-machine.invalid:8786")


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("http://10.0.0.7:8787/status", "usually tcp://10.0.0.7:8786"),
        ("tpc://10.0.0.7:8786", "unknown protocol 'tpc'. Did you mean 'tcp'?"),
        ("scheduler", "Did you mean 'tcp://scheduler:8786'?"),
        ("", "Did you mean 'tcp://HOST:8786'?"),
        ("tcp://", "no address"),
        (8786, "Did you mean 'tcp://localhost:8786'?"),
        (None, "a NoneType is not a cluster"),
        (LocalCluster, "the class LocalCluster is not a cluster"),
        ([], "a list is not a cluster"),
    ],
)
def test_what_is_no_cluster(written, told):
    assert told in refused(written)


def test_files_that_are_no_scheduler_files(tmp_path):
    (tmp_path / "scheduler.json").write_text("not json")
    assert "Did you mean 'scheduler.json'?" in refused(tmp_path / "schedler.json")
    for text in ("not json", "[]", '{"adress": 1}'):
        (tmp_path / "scheduler.json").write_text(text)
        assert "that is no scheduler file" in refused(tmp_path / "scheduler.json")
    (tmp_path / "scheduler.json").write_text(json.dumps({"address": "http://a:1"}))
    assert "address of a page" in refused(tmp_path / "scheduler.json")


def test_a_closed_client_a_wrong_security_and_a_wrong_timeout(over_tcp):
    client = Client(over_tcp.address, set_as_default=False)
    client.close()
    assert "this Client is closed" in refused(client)
    assert "this is a dict" in refused(over_tcp.address, security={})
    with pytest.raises(ClusterError, match="above 0"):
        connect(over_tcp.address, 0)


# ------------------------------------------------------------------------------------- the first worker


def test_a_cluster_that_adapts_starts_its_first_worker_and_keeps_it():
    with LocalCluster(n_workers=0, threads_per_worker=1, processes=False, dashboard_address="127.0.0.1:0") as cluster:
        cluster.adapt(minimum=0, maximum=1, interval="50ms", wait_count=2)
        client = connect(cluster)
        assert client.nthreads() == {}
        held = wait_for_first(client, 30)
        time.sleep(0.6)
        assert len(client.nthreads()) == 1
        held.release()
        end = time.monotonic() + 10
        while client.nthreads() and time.monotonic() < end:
            time.sleep(0.05)
        assert client.nthreads() == {}
        disconnect()


def test_no_worker_comes(tmp_path, monkeypatch):
    monkeypatch.setattr("mosi_nb.run.workers.TOLD_EVERY", 0.2)
    waited = []
    with remote(tmp_path / "empty", workers=0) as cluster:
        client = connect(cluster.address)
        with pytest.raises(ClusterError, match=r"no worker came to the cluster within 0\.7 s"):
            wait_for_first(client, 0.7, waited.append)
        assert len(waited) >= 2
        cluster.worker()
        assert wait_for_first(client, 30).status == "finished"
        disconnect()


def test_a_scheduler_that_is_gone_is_not_answered_by_an_old_client(tmp_path):
    with remote(tmp_path / "gone", workers=0) as cluster:
        connect(cluster.address)
    assert "nobody listens there" in refused(cluster.address)


# ------------------------------------------------------------------------------------ two machines


def namespaces_missing():
    """Return why two machines cannot be made of this one, or nothing."""
    if not shutil.which("ip"):
        return "there is no ip command (iproute2)"
    if os.geteuid():
        return "only root may make network namespaces"
    name = f"mosi{os.getpid()}p"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True, check=False)
    if made.returncode:
        return f"network namespaces are not allowed here: {made.stderr.strip()}"
    subprocess.run(["ip", "netns", "del", name], check=True)
    return ""


@pytest.fixture
def far():
    """Make a network of two: this one, and a namespace; return what runs commands there, and its address."""
    if reason := namespaces_missing():
        pytest.skip(reason)
    name, net = f"mosi{os.getpid()}", f"10.{200 + os.getpid() % 50}.{os.getpid() % 250}"
    serial = next(SERIAL)  # the kernel takes its time to forget a device
    here, there = f"mn{os.getpid()}a{serial}", f"mn{os.getpid()}b{serial}"

    def ip(*words):
        subprocess.run(["ip", *words], check=True, capture_output=True, timeout=20)

    ip("netns", "add", name)
    try:
        ip("link", "add", here, "type", "veth", "peer", "name", there, "netns", name)
        for inside, device, host in (((), here, 1), (("-n", name), there, 2)):
            ip(*inside, "addr", "add", f"{net}.{host}/24", "dev", device)
            ip(*inside, "link", "set", device, "up")
        ip("-n", name, "link", "set", "lo", "up")
        yield ["ip", "netns", "exec", name], f"{net}.2"
    finally:
        ip("netns", "del", name)


def test_a_cluster_in_another_network(far, tmp_path):
    before, host = far
    cluster = Remote(tmp_path, before=before)
    try:
        cluster.scheduler(host)
        cluster.worker("--host", host)
        client = connect(cluster.file)
        assert host in cluster.address
        assert answers(wait_for_first(client, 30).client)
        disconnect()
    finally:
        cluster.close()
    assert connecting._Ours.opened == {}


def test_a_machine_that_does_not_answer(far):
    _, host = far
    told = refused(f"tcp://{host.rpartition('.')[0]}.77:8786")
    assert "the machine does not answer" in told
