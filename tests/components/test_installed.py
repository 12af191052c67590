import subprocess
import sys
from importlib.metadata import Distribution

import pytest

from mosi_nb import registry
from mosi_nb.components import installed
from mosi_nb.components.build import lookup
from mosi_nb.components.installed import NotLoadedWarning, load_installed
from mosi_nb.components.scorers import metric_of
from mosi_nb.errors import SpecError
from mosi_nb.registry import component, find
from mosi_nb.spec import Use

MINE = '''
from sklearn.linear_model import Ridge

from mosi_nb import component


@component("model", "{name}")
def {name}(alpha: float = 1.0) -> Ridge:
    """Linear regression.

    Parameters
    ----------
    alpha
        Strength of the penalty, > 0.
    """
    return Ridge(alpha=alpha)
'''


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Return a function that installs a package of one module, with its entry point."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(installed, "_not_loaded", [])

    def installing(package, source, entry=None):
        (tmp_path / f"{package}.py").write_text(source)
        info = tmp_path / f"{package}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[mosi_nb.components]\nmine = {entry or package}\n")
        return Distribution.at(info).entry_points

    yield installing
    for name in [name for name in sys.modules if name.startswith("affect_")]:
        del sys.modules[name]


def test_an_installed_package_brings_components(install, tmp_path):
    install("affect_models", MINE.format(name="brought"))
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "import mosi_nb.run.fit\nassert 'affect_models' not in sys.modules\n"  # a worker has no need of it
        "from mosi_nb import Model, sample\n"
        "plan = Model(sample(videos=4), models='brought(alpha=[1, 2])', folds='by_video(2)', baselines='none').plan\n"
        "print([dict(one.params) for one in plan.candidates])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[{'alpha': 1}, {'alpha': 2}]"


def test_an_entry_point_may_be_a_function(install):
    load_installed(install("affect_function", MINE.format(name="brought"), "affect_function:brought"))
    assert find("model", "brought").build.__module__ == "affect_function"


BROKEN = {
    "import affect_none_such": "No module named 'affect_none_such'",
    "raise SystemExit(3)": "SystemExit: 3",
    "x = 1": "it registers no component",
    MINE.format(name="first") + MINE.format(name="ridge"): "the model 'ridge' is taken by mosi_nb.components.",
}


@pytest.mark.parametrize("source", BROKEN, ids=lambda source: BROKEN[source][:20])
def test_a_package_that_cannot_be_loaded_is_told_and_disturbs_no_other(install, source):
    entries = [*install("affect_broken", source), *install("affect_whole", MINE.format(name="brought"))]
    with pytest.warns(
        NotLoadedWarning, match="The package affect_broken, which brings components, could not be"
    ) as told:
        load_installed(entries)
    assert len(told) == 1
    assert BROKEN[source] in str(told[0].message)
    assert find("model", "brought")
    assert find("model", "first") is None


def test_what_could_not_be_loaded_is_told_where_a_name_is_not_found(install):
    with pytest.warns(NotLoadedWarning):
        load_installed(install("affect_broken", "import affect_none_such"))
    with pytest.raises(SpecError) as caught:
        lookup(Use("brought"), "models", "model", {})
    assert str(caught.value).splitlines()[-2:] == [
        (
            "The package affect_broken, which brings components, could not be loaded (mosi_nb.components: mine = "
            "affect_broken): ModuleNotFoundError: No module named 'affect_none_such'."
        ),
        "Mend or update it, or go without it: pip uninstall affect_broken",
    ]
    for unknown in (lambda: lookup(Use("brought"), "fusion", "fusion", {}), lambda: metric_of(Use("brought"), {})):
        with pytest.raises(SpecError, match="The package affect_broken, which brings components, could not be loaded"):
            unknown()


def test_a_package_that_looks_names_up_while_it_is_imported_is_loaded_once(install, monkeypatch):
    source = "from mosi_nb.registry import names\nnames('model')\n" + MINE.format(name="brought")
    entries = install("affect_looks", source, "affect_looks:brought")
    monkeypatch.setattr(registry, "_later", [lambda: load_installed(entries)])
    __import__("affect_looks")
    assert find("model", "brought")


def test_metadata_that_cannot_be_read_is_told(monkeypatch):
    def fails(**_):
        raise TypeError("expected string")

    monkeypatch.setattr(installed, "entry_points", fails)
    with pytest.warns(NotLoadedWarning, match="cannot be read: TypeError: expected string. Mend them: pip check"):
        load_installed()


def test_an_interrupted_look_up_is_made_again(monkeypatch):
    calls = []

    def load():
        calls.append(1)
        if len(calls) == 1:
            raise KeyboardInterrupt
        component("model", "late")(lambda: 1)

    monkeypatch.setattr(registry, "_later", [load])
    with pytest.raises(KeyboardInterrupt):
        find("model", "late")
    assert find("model", "late")
