"""Code that reaches workers without it."""

import importlib
import sys
import time
import zipfile
from io import BytesIO

import pytest
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from mosi_nb import ClusterError
from mosi_nb.run import modules
from mosi_nb.run.connect import connect, use
from mosi_nb.run.local import local_code
from mosi_nb.run.modules import send_code
from mosi_nb.run.pack import pack
from mosi_nb.run.there import ask, places
from mosi_nb.run.workers import wait_for_first
from tests.run.remote import bare, remote

MINE = """
from sklearn.base import BaseEstimator
from kit_of_mine.tables import VALUE
import deep_of_mine

WORD = "first"

class Net(BaseEstimator):
    def __init__(self, inner=None):
        self.inner = inner
    def told(self):
        import late_of_mine
        return WORD, VALUE, deep_of_mine.DEEP, late_of_mine.LATE
"""
FILES = {
    "net_of_mine.py": MINE,
    "deep_of_mine.py": "DEEP = 3\n",
    "late_of_mine.py": "LATE = 4\n",
    "unused_of_mine.py": "raise SystemExit\n",
    "kit_of_mine/__init__.py": "",
    "kit_of_mine/tables.py": (
        "from pathlib import Path\nfrom . import other\nVALUE = Path(__file__).with_name('value.txt').read_text()\n"
    ),
    "kit_of_mine/other.py": "",
    "kit_of_mine/value.txt": "of data",
    "kit_of_mine/.env": "TOKEN=1",
    "kit_of_mine/my.key": "secret",
}
NAMES = ["deep_of_mine", "kit_of_mine", "late_of_mine", "net_of_mine"]


@pytest.fixture
def mine(tmp_path, monkeypatch):
    """Write modules, import the first, and forget all of them afterwards."""
    folder = tmp_path / "mine"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    monkeypatch.syspath_prepend(str(folder))
    importlib.invalidate_caches()
    yield importlib.import_module("net_of_mine")
    for name in [name for name in sys.modules if name.split(".")[0].endswith("_of_mine")]:
        del sys.modules[name]


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    return bare(tmp_path_factory.mktemp("bare") / "packages")


@pytest.fixture
def lacking(tmp_path, packages):
    """Return a client of a scheduler and a worker without mosi_nb, and their cluster."""
    with remote(tmp_path / "cluster", packages=packages, workers=0) as cluster:
        cluster.worker(nanny=True)
        client = connect(cluster.address)
        wait_for_first(client, 30)
        yield client, cluster
        use(None)


def there(client, estimator):
    """Return what an estimator tells on each worker."""
    workers = list(client.nthreads())
    return [client.submit(lambda e: e.told(), estimator, workers=[w], pure=False).result(30) for w in workers]


# --------------------------------------------------------------------------------------- what is local


def test_the_modules_of_an_estimator_and_what_they_import_are_found(mine):
    found = local_code([make_pipeline(Ridge(), mine.Net(inner=Ridge()))])
    assert sorted(found.names) == NAMES
    assert sorted(found.files) == sorted(set(FILES) - {"unused_of_mine.py", "kit_of_mine/.env", "kit_of_mine/my.key"})


def test_functions_classes_and_modules_deep_inside_are_found(mine):
    import deep_of_mine

    def own(x):
        import late_of_mine

        return late_of_mine, deep_of_mine, x

    own.__module__ = "__main__"
    assert "net_of_mine" in local_code({"a": [(mine.Net,)]}).names
    assert local_code([FunctionTransformer(own)]).names >= {"deep_of_mine", "late_of_mine"}


def test_what_cannot_be_sent_hides_nothing_else(mine):
    from threading import Lock

    assert "net_of_mine" in local_code([Ridge(Lock()), mine.Net()]).names


def test_what_is_installed_is_not_local():
    from mosi_nb.run.fit import reason_of

    assert local_code([Ridge(), reason_of, json_like := {"a": 1}, json_like]).files == {}


def test_a_module_of_a_namespace_package_brings_no_more_than_itself():
    from tests.run.estimators import Mean

    found = local_code([Mean()])
    assert list(found.files) == ["tests/run/estimators.py"]
    assert found.names == {"tests"}


def test_a_file_named_like_a_module_of_python_is_refused(mine, monkeypatch):
    monkeypatch.setattr(sys, "stdlib_module_names", frozenset({"deep_of_mine"}))
    with pytest.raises(ClusterError, match="has the name of a module of Python itself"):
        local_code([mine.Net()])


def test_large_packages_are_refused_and_large_data_is_left_out(mine, monkeypatch):
    monkeypatch.setattr("mosi_nb.run.pack.DATA_LIMIT", 3)
    found = local_code([mine.Net()])
    assert [path.name for path in found.large] == ["value.txt"]
    monkeypatch.setattr("mosi_nb.run.pack.LIMIT", 100)
    with pytest.raises(ClusterError, match="too large to be sent"):
        pack(found.files)
    monkeypatch.setattr("mosi_nb.run.pack.MOST_FILES", 1)
    with pytest.raises(ClusterError, match="more than 1 files"):
        local_code([mine.Net()])


def test_the_same_files_give_the_same_archive(mine):
    files = local_code([mine.Net()]).files
    first = pack(files)
    for path in files.values():
        path.touch()
    assert pack(dict(reversed(files.items()))) == first
    assert zipfile.ZipFile(BytesIO(first)).testzip() is None


# ------------------------------------------------------------------------------------------- sent


def test_workers_without_mosi_nb_get_it_and_so_do_those_that_come_later(lacking, mine):
    client, cluster = lacking
    found = ask(client, places, ["mosi_nb", "altair", "skops"], scheduler=True)
    assert all(set(lacked.values()) == {""} for lacked in found.values())
    assert len(found) == 2

    told = send_code(client, [mine.Net()])
    assert told[0].endswith("was sent to 1 worker and the scheduler, which had none.")
    assert told[1].startswith("sent to the workers: deep_of_mine.py, kit_of_mine/__init__.py")
    assert send_code(client, [mine.Net()]) == []

    file = client.submit(lambda: importlib.import_module(modules.FIRST_NEEDED).__file__, pure=False).result(30)
    assert "mosi_nb-code" in file

    from mosi_nb.run.fit import reason_of

    assert client.submit(reason_of, ValueError("x"), pure=False).result(30) == "ValueError: x"
    assert there(client, mine.Net()) == [("first", "of data", 3, 4)]

    cluster.worker()
    cluster.wait(lambda: len(client.nthreads()) == 2)
    assert there(client, mine.Net()) == [("first", "of data", 3, 4)] * 2
    assert send_code(client, [mine.Net()]) == []


def test_a_worker_that_its_nanny_starts_again_gets_it_again(lacking, mine):
    client, _ = lacking
    send_code(client, [mine.Net()])
    before = client.run(lambda: __import__("os").getpid())
    client.restart(timeout=30)
    end = time.monotonic() + 30
    while not client.nthreads() and time.monotonic() < end:
        time.sleep(0.05)
    assert set(client.run(lambda: __import__("os").getpid()).values()) != set(before.values())
    assert there(client, mine.Net()) == [("first", "of data", 3, 4)]


def test_an_edited_module_replaces_the_one_on_the_workers(cluster, mine):
    assert send_code(cluster, [mine.Net()])
    assert set(there(cluster, mine.Net())) == {("first", "of data", 3, 4)}

    from pathlib import Path

    file = Path(mine.__file__)
    file.write_text(MINE.replace('"first"', '"second"'))
    (file.parent / "deep_of_mine.py").write_text("DEEP = 33\n")
    importlib.reload(sys.modules["deep_of_mine"])
    mine = importlib.reload(mine)
    told = send_code(cluster, [mine.Net()])
    assert told[0].startswith("sent to the workers again: ")
    assert set(there(cluster, mine.Net())) == {("second", "of data", 33, 4)}
    assert send_code(cluster, [mine.Net()]) == []


def test_workers_that_are_threads_of_this_process_leave_its_modules_alone(mine):
    from distributed import LocalCluster

    with LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address="127.0.0.1:0") as cluster:
        client = connect(cluster)
        path = list(sys.path)
        send_code(client, [mine.Net()])
        assert sys.path == path
        assert sys.modules["net_of_mine"] is mine
        assert there(client, mine.Net()) == [("first", "of data", 3, 4)]
        use(None)


def test_a_module_that_workers_have_another_of_is_told(lacking, mine, packages):
    client, _ = lacking
    (packages / "deep_of_mine.py").write_text("DEEP = 0\n")
    told = send_code(client, [mine.Net()])
    assert told[2] == f"workers have another deep_of_mine, {packages / 'deep_of_mine.py'}; yours goes before it."
    assert there(client, mine.Net()) == [("first", "of data", 3, 4)]
    (packages / "deep_of_mine.py").unlink()


def test_what_mosi_nb_needs_and_the_worker_lacks_is_told(tmp_path, mine):
    packages = bare(tmp_path / "packages", without=["threadpoolctl"])
    with remote(tmp_path / "cluster", packages=packages) as cluster:
        client = connect(cluster.address)
        wait_for_first(client, 30)
        with pytest.raises(ClusterError, match="cannot be imported there: ModuleNotFoundError: No module named 'thr"):
            send_code(client)
        use(None)
