"""Versions, made up and of real workers."""

import pytest

from mosi_nb import ClusterError
from mosi_nb.run.connect import connect, use
from mosi_nb.run.versions import PACKAGES, Versions, versions
from mosi_nb.run.workers import wait_for_first
from tests.run.remote import bare, remote

HERE = dict.fromkeys(["python", *PACKAGES], "1.2.3")


def of(scheduler=None, *workers):
    found = {f"tcp://w:{n}": HERE | worker for n, worker in enumerate(workers)}
    return Versions(HERE, HERE | (scheduler or {}), found or {"tcp://w:0": HERE})


@pytest.mark.parametrize(
    ("package", "there"),
    [
        ("python", "1.3.3"),
        ("scikit-learn", "1.3.3"),
        ("scikit-learn", ""),
        ("numpy", "2.2.3"),
        *((package, "") for package in ("numpy", "scipy", "pandas", "joblib", "threadpoolctl")),
    ],
)
def test_what_breaks_is_refused(package, there):
    for found in (of(None, {}, {package: there}), of({package: there})):
        assert found.verdict == "refused"
        with pytest.raises(ClusterError, match=f"(?s){package} is 1.2.3 here, .*verdict.*breaks: "):
            found.check()


@pytest.mark.parametrize(
    ("package", "there"),
    [("python", "1.2.4"), ("scikit-learn", "1.2.4"), ("numpy", "1.3.0"), ("scipy", "2.0"), ("cloudpickle", "9")],
)
def test_what_may_differ_is_told(package, there):
    found = of(None, {}, {package: there})
    found.check()
    assert found.verdict == "differ"
    assert found.warnings == [
        f"{package} is 1.2.3 here, {there} on 1 of 2 workers. Results may differ in the last digits."
    ]
    assert found.frame().loc[package, "verdict"] == f"differs: {there} on 1 of 2 workers"


def test_a_scheduler_that_does_not_tell_is_unknown():
    found = Versions(HERE, {}, {"tcp://w:0": HERE})
    assert found.verdict == "same"
    assert set(found.frame()["scheduler"]) == {"unknown"}


def test_the_embedded_cluster_has_the_versions_of_here(cluster):
    found = versions(cluster)
    assert (found.refused, found.warnings) == ([], [])
    assert set(found.frame()["verdict"]) == {"same"}
    assert all(found.here.values())


def test_workers_without_mosi_nb_tell_what_they_lack(tmp_path):
    packages = bare(tmp_path / "packages", without=["scikit-learn", "sklearn", "joblib"])
    (packages / "scipy-0.9.dist-info").mkdir()
    (packages / "scipy-0.9.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: scipy\nVersion: 0.9\n")
    next(packages.glob("scipy-1*.dist-info")).unlink()
    with remote(tmp_path / "cluster", packages=packages) as cluster:
        client = connect(cluster.address)
        wait_for_first(client, 30)
        found = versions(client)
        use(None)
    assert len(found.workers) == 1
    told = found.frame()
    assert told.loc["scikit-learn", "verdict"] == "breaks: missing on the scheduler, missing on the worker"
    assert told.loc["joblib", "workers"] == "missing"
    assert told.loc["scipy", "verdict"] == "differs: 0.9 on the scheduler, 0.9 on the worker"
    with pytest.raises(ClusterError, match="A fit needs it there"):
        found.check()
