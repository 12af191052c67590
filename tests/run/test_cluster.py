import os
import socket
import ssl

import psutil
import pytest

from mosi_nb.run import embedded
from mosi_nb.run.cluster import _Embedded, leased, workers_for


def own_and_workers():
    me = psutil.Process()
    return [me, *me.children(recursive=True)]


def test_jobs_are_counted_from_the_cores():
    assert workers_for(3) == 3
    assert workers_for(-1) == len(os.sched_getaffinity(0))
    assert workers_for(-1000) == 1
    with pytest.raises(ValueError, match=r"from 1 to .* here, or -1"):
        workers_for(0)


def test_one_client_serves_every_run(cluster):
    assert embedded(2) is cluster


def test_workers_come_and_go_with_jobs(cluster):
    for jobs in (1, 2):
        assert len(embedded(jobs).scheduler_info()["workers"]) == jobs


def test_workers_that_a_run_has_a_lease_of_are_used_as_they_are(cluster):
    client, lease = leased(2)
    shared, other = leased(1)
    assert (shared, lease.note) == (client, "")
    assert other.note == "It ran on the 2 workers of another run that was under way, and not on 1."
    lease.release()
    assert embedded(1) is client
    other.release()
    other.release()
    assert len(embedded(1).scheduler_info()["workers"]) == 1
    assert not _Embedded.leases


def test_it_listens_on_loopback_only(cluster):
    embedded(2)
    listening = [c.laddr.ip for p in own_and_workers() for c in p.net_connections("inet") if c.status == "LISTEN"]
    assert len(listening) >= 5
    assert set(listening) == {"127.0.0.1"}


def test_it_serves_no_pages(cluster):
    from urllib.error import HTTPError
    from urllib.request import urlopen

    information = embedded(2).scheduler_info(n_workers=-1)
    ports = [information["services"]["dashboard"]]
    ports += [worker["services"]["dashboard"] for worker in information["workers"].values()]
    for port in ports:
        for page in ("info/main/workers.html", "metrics", "health", "json/counts.json"):
            with pytest.raises(HTTPError, match="404") as refused:
                urlopen(f"http://127.0.0.1:{port}/{page}", timeout=10)
            refused.value.close()


def test_who_has_no_credentials_is_refused(cluster):
    host, port = cluster.scheduler.address.removeprefix("tls://").split(":")
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with (
        socket.create_connection((host, int(port)), timeout=10) as plain,
        context.wrap_socket(plain) as wrapped,
        # With TLS 1.3 the refusal of a client without a certificate comes with the first answer.
        pytest.raises((ssl.SSLError, ConnectionError)),
    ):
        wrapped.recv(1)


def test_a_plain_dask_client_is_refused(cluster):
    from distributed import Client

    address = cluster.scheduler.address.replace("tls://", "tcp://")
    with pytest.raises(OSError, match=r"Timed out|in <TCP|closed"):
        Client(address, timeout="1s", set_as_default=False)


def test_workers_allocate_as_usual(cluster):
    variables = embedded(2).run(lambda: dict(os.environ))
    assert all("MALLOC_TRIM_THRESHOLD_" not in found for found in variables.values())
    assert {found["OMP_NUM_THREADS"] for found in variables.values()} == {"1"}


def test_this_process_is_left_as_it_was(cluster):
    assert os.environ.get("PYTHONHASHSEED") != "6640"
    assert "MKL_NUM_THREADS" not in os.environ
