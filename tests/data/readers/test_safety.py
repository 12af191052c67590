"""Files made to run code, to reach other files or to fill the memory: each is refused by name."""

import io
import marshal
import os
import pickle
import resource
import struct
import subprocess
import sys
import zipfile
from collections import OrderedDict

import h5py
import numpy as np
import pytest

from mosi_nb.data import DataIterator
from mosi_nb.errors import DataError

CANARY = "canary_module_that_exists_nowhere_else"


def call(module, name, *arguments, protocol=4):
    """Return a pickle that calls a function of a module when it is opened as usual."""
    body = b"".join(pickle.dumps(a, 2)[2:-1] for a in arguments)
    return b"\x80" + bytes([protocol]) + b"c%s\n%s\n(" % (module.encode(), name.encode()) + body + b"tR."


def chained(module, name):
    """Return the same with the name on the stack, as protocol 4 writes it, and an unused instance of it."""
    words = b"".join(b"\x8c" + bytes([len(w)]) + w.encode() for w in (module, name))
    return b"\x80\x04" + words + b"\x93)\x81."


def number(value):
    return pickle.dumps(value, 2)[2:-1]


RECONSTRUCT = b"cnumpy.core.multiarray\n_reconstruct\n"
NDARRAY = b"cnumpy\nndarray\n"
EMPTY = RECONSTRUCT + b"(" + NDARRAY + b"K\x00\x85C\x01btR"
F8 = (
    b"cnumpy\ndtype\n(X\x02\x00\x00\x00f8K\x00K\x01tR(K\x03X\x01\x00\x00\x00<NNN"
    + 2 * b"J\xff\xff\xff\xff"
    + b"K\x00tb"
)
HUGE = F8.replace(b"X\x02\x00\x00\x00f8", b"X\x0b\x00\x00\x00S9999999999")
OBJECT = F8.replace(b"f8", b"O8")


def array(shape, raw, kind=F8):
    return b"\x80\x04" + EMPTY + b"(K\x01" + number(shape) + kind + b"\x89" + raw + b"tb."


PICKLES = {
    "os.system": call("os", "system", "touch CANARY"),
    "posix.system": call("posix", "system", "touch CANARY"),
    "eval": call("builtins", "eval", "open('CANARY', 'w')"),
    "exec": call("builtins", "exec", "open('CANARY', 'w')"),
    "eval of Python 2": call("__builtin__", "eval", "open('CANARY', 'w')", protocol=2),
    "getattr": call("builtins", "getattr", "a", "upper"),
    "open": call("builtins", "open", "CANARY", "w"),
    "import": call("builtins", "__import__", CANARY),
    "importlib": call("importlib", "import_module", CANARY),
    "attrgetter": call("operator", "attrgetter", "__class__.__mro__"),
    "methodcaller": call("operator", "methodcaller", "touch"),
    "partial": call("functools", "partial", "x"),
    "reduce": call("functools", "reduce", "x"),
    "subprocess": call("subprocess", "Popen", ["touch", "CANARY"]),
    "a module not imported yet": call(CANARY, "run"),
    "a module not imported yet, on the stack": chained(CANARY, "Class"),
    "a name with dots": chained("numpy", "ndarray.__class__.__base__"),
    "numpy.load": call("numpy", "load", "CANARY", protocol=2),
    "numpy's loader by pickle": call("numpy.lib.npyio", "load", "x"),
    "numpy's runstring": call("numpy.testing._private.utils", "runstring", "open('CANARY','w')", {}),
    "numpy's f2py": call("numpy.f2py.crackfortran", "myeval", "1"),
    "numpy.memmap": call("numpy", "memmap", "CANARY"),
    "marshalled code": call("marshal", "loads", marshal.dumps(compile("1", "x", "exec"))),
    "a function type": call("types", "FunctionType", "x"),
    "code": call("types", "CodeType", 0),
    "codecs with hex": call("_codecs", "encode", "aa", "hex", protocol=2),
    "codecs.lookup": call("_codecs", "lookup", "zlib"),
    "pickle in a pickle": call("pickle", "loads", b"cos\nsystem\n."),
    "an ordered dict": pickle.dumps(OrderedDict(a=1)),
    "a module's own class": pickle.dumps(subprocess.CalledProcessError(1, "x")),
    "copyreg": call("copyreg", "__newobj__", "x"),
    "copyreg of the extension registry": b"\x80\x02\x82\x01.",
    "four bytes of the extension registry": b"\x80\x02\x84\x01\x00\x00\x00.",
    "a persistent id": b"\x80\x02K\x01Q.",
    "a persistent id in words": b"Pos.system\n.",
    "an instance": b"(ios\nsystem\n.",
    "an object": b"(cos\nsystem\nX\x01\x00\x00\x00xo.",
    "a new object": b"\x80\x02cos\nsystem\n)\x81.",
    "a buffer from elsewhere": b"\x80\x05\x97.",
    "state for a function": b"\x80\x02" + RECONSTRUCT + b"}X\x0c\x00\x00\x00__defaults__K\x01sb.",
    "slots for a function": b"\x80\x02" + RECONSTRUCT + b"N}X\x0c\x00\x00\x00__defaults__K\x01s\x86b.",
    "state for the class of arrays": b"\x80\x02" + NDARRAY + b"}X\x01\x00\x00\x00xK\x01sb.",
    "a class in place of data": b"\x80\x02" + NDARRAY + b".",
    "an array called": b"\x80\x02" + EMPTY + b")R.",
    "an array without content": b"\x80\x02" + EMPTY + b".",
    "another subclass of arrays": b"\x80\x02" + RECONSTRUCT + b"(cnumpy\nmatrix\nK\x00\x85C\x01btR.",
    "odd arguments": b"\x80\x02" + RECONSTRUCT + b"(K\x00K\x00K\x00tR.",
    "no arguments": b"\x80\x02" + RECONSTRUCT + b")R.",
    "an array of pickled payloads": array((1,), b"](cos\nsystem\n(X\x01\x00\x00\x00xtRe", OBJECT),
    "an array of addresses": array((1,), b"C\x08" + b"A" * 8, OBJECT),
    "an object as a scalar": b"\x80\x02cnumpy.core.multiarray\nscalar\n" + OBJECT + b"X\x01\x00\x00\x00x\x86R.",
    "records": array((1,), b"C\x08" + b"A" * 8, F8.replace(b"NNN", b"N}}")),
    "a type with a huge item": array((1,), b"C\x01A", HUGE),
    "a shape larger than its bytes": array((2**40,), b"C\x08" + b"A" * 8),
    "a shape of huge numbers": array((2**62, 2**62), b"C\x08" + b"A" * 8),
    "a shape with a zero": array((2**40, 0), b"C\x00"),
    "a negative shape": array((-1,), b"C\x08" + b"A" * 8),
    "a shape of no numbers": array("ab", b"C\x08" + b"A" * 8),
    "a huge number": b"\x80\x02\x8b" + struct.pack("<i", 50_000) + b"\x01" * 50_000 + b".",
    "a huge number in digits": b"L" + b"9" * 5000 + b"L\n.",
    "bytes longer than the file": b"\x80\x04\x8e" + struct.pack("<Q", 2**40) + b"abc.",
    "a text longer than the file": b"\x80\x04\x8d" + struct.pack("<Q", 2**62) + b"abc.",
    "a frame longer than the file": b"\x80\x04\x95" + struct.pack("<Q", 2**40) + b"N.",
    "a place far away in the memo": b"\x80\x02Nr" + struct.pack("<I", 2**31) + b".",
    "doubling": b"\x80\x02" + b"]" + b"2" * 1000 + b".",
    "containers without end": b"\x80\x02" + b"]" * 100_000 + b"a" * 99_999 + b".",
    "tuples without end": b"\x80\x02)" + b"\x85" * 100_000 + b".",
    "a list in itself": b"\x80\x02]q\x01h\x01a.",
    "a billion laughs": b"\x80\x02]q\x00" + b"".join(
        b"]q" + bytes([k]) + b"(" + (b"h" + bytes([k - 1])) * 10 + b"e" for k in range(1, 15)
    ) + b".",
    "a key of many keys": b"\x80\x02}" + b")" * 3 + b"\x87" + b"Ns.",
    "bytes after the end": pickle.dumps({"a": 1}) + b"cos\nsystem\n(X\x01\x00\x00\x00xtR.",
    "a set": pickle.dumps({1, 2}),
}  # fmt: skip


@pytest.mark.parametrize("name", PICKLES)
def test_no_pickle_runs_imports_or_fills_anything(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "mosi.pkl"
    path.write_bytes(PICKLES[name])
    before, environment = set(sys.modules), dict(os.environ)
    with pytest.raises(DataError, match=r"^mosi\.pkl: "):
        DataIterator(path)
    assert [p.name for p in tmp_path.iterdir()] == ["mosi.pkl"]
    assert not {CANARY, "numpy.f2py.crackfortran"} & (set(sys.modules) - before)
    assert dict(os.environ) == environment


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("os.system", r"it holds os\.system, and opening that may run code"),
        ("a module not imported yet", f"it holds {CANARY}.run"),
        ("an ordered dict", r"it holds collections\.OrderedDict"),
        ("a persistent id", "it uses a persistent id, which no pickle of arrays and texts needs"),
        ("a billion laughs", "the same things repeated"),
        ("bytes longer than the file", "the pickle is cut or damaged"),
    ],
)
def test_what_was_found_is_named(name, said, tmp_path):
    (tmp_path / "mosi.pkl").write_bytes(PICKLES[name])
    with pytest.raises(DataError, match=said):
        DataIterator(tmp_path / "mosi.pkl")


def test_what_a_registered_extension_stands_for_is_not_reached(tmp_path):
    import copyreg

    copyreg.add_extension("os", "system", 77)
    copyreg._extension_cache[77] = os.system
    try:
        (tmp_path / "x.pkl").write_bytes(b"\x80\x02\x82\x4d(X\x01\x00\x00\x00xtR.")
        with pytest.raises(DataError, match="extension registry"):
            DataIterator(tmp_path / "x.pkl")
    finally:
        copyreg.remove_extension("os", "system", 77)
        copyreg._extension_cache.pop(77, None)


def npz(path, members, **options):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in members.items():
            archive.writestr(name, raw)
    return path


def npy(values, *, header=None, **options):
    file = io.BytesIO()
    np.save(file, values, **options)
    raw = file.getvalue()
    return raw if header is None else raw.replace(b"(2,), ", header)


def linked():
    info = zipfile.ZipInfo("audio.npy")
    info.external_attr = 0o120777 << 16
    return info


ARCHIVES = {
    "a path upwards": {"../audio.npy": npy(np.ones(2))},
    "an absolute path": {"/etc/audio.npy": npy(np.ones(2))},
    "a path of Windows": {"..\\audio.npy": npy(np.ones(2))},
    "a link": {linked(): b"/etc/passwd"},
    "an array of objects": {"audio.npy": npy(np.array([{}]), allow_pickle=True)},
    "a bomb": {"segment_id.npy": npy(np.zeros(30_000_000, "u1"))},
    "a shape larger than its bytes": {"audio.npy": npy(np.ones(2), header=b"(9999999999999,), ")[:200]},
    "a header without end": {"audio.npy": b"\x93NUMPY\x01\x00\xff\xff" + b"(" * 65535},
}


@pytest.mark.parametrize("name", ARCHIVES)
def test_archives_with_tricks_are_refused(name, tmp_path):
    with pytest.raises(DataError, match=r"^x\.npz: "):
        DataIterator(npz(tmp_path / "x.npz", ARCHIVES[name]))


@pytest.mark.parametrize("raw", [ARCHIVES["a shape larger than its bytes"], ARCHIVES["a header without end"]])
def test_arrays_with_tricks_are_refused(raw, csv, tmp_path):
    (tmp_path / "a.npy").write_bytes(raw["audio.npy"])
    with pytest.raises(DataError, match=r"^a\.npy: "):
        DataIterator(csv, audio=tmp_path / "a.npy")


def external_link(file, other):
    file["audio"] = h5py.ExternalLink(str(other), "secret")


def soft_link(file, other):
    file["audio"] = h5py.SoftLink("/elsewhere")


def external_storage(file, other):
    file.create_dataset("audio", (6, 2), "u1", external=[(str(other), 0, 12)])


def virtual(file, other):
    layout = h5py.VirtualLayout((6, 2), "f8")
    layout[:] = h5py.VirtualSource(str(other), "secret", (6, 2))
    file.create_virtual_dataset("audio", layout)


def declared_only(file, other):
    file.create_dataset("audio", (2**20, 2**20), "f8", chunks=(64, 64), fillvalue=1.0)


def one_huge_chunk(file, other):
    file.create_dataset("audio", (6, 2), "f8", chunks=(2**12, 2**14), maxshape=(None, None), compression="gzip")


@pytest.mark.parametrize(
    "trick",
    [external_link, soft_link, external_storage, virtual, declared_only, one_huge_chunk],
    ids=lambda f: f.__name__,
)
def test_hdf5_is_read_from_its_own_file_alone_and_no_larger_than_it(trick, csv, tmp_path):
    with h5py.File(tmp_path / "secret.h5", "w") as file:
        file["secret"] = np.ones((6, 2))
    with h5py.File(tmp_path / "a.h5", "w") as file:
        trick(file, tmp_path / "secret.h5")
    with pytest.raises(DataError, match=r"^a\.h5: "):
        DataIterator(csv, audio=tmp_path / "a.h5")


def test_a_sequence_that_links_elsewhere_is_refused(csd, tmp_path):
    with h5py.File(csd, "a") as file:
        del file["Opinion Segment Labels/data/c"]
        file["Opinion Segment Labels/data/c"] = h5py.ExternalLink("other.h5", "/")
    with pytest.raises(DataError, match=r"^labels\.csd: 'c' is a link to another place or file"):
        DataIterator(csd)


@pytest.mark.parametrize("name", ["misa folder", "mfn", "sdk"])
def test_a_folder_reads_no_file_that_is_linked_into_it(build, tmp_path, name):
    folder = build(name, tmp_path)
    member = min(folder.iterdir())
    (tmp_path.parent / f"{tmp_path.name} outside").write_bytes(member.read_bytes())
    member.unlink()
    member.symlink_to(tmp_path.parent / f"{tmp_path.name} outside")
    with pytest.raises(DataError, match=r"this is a link to .*, out of the folder"):
        DataIterator(folder)


def test_a_link_in_the_folder_of_poria_is_refused(poria):
    (poria / "transcripts.csv").unlink()
    (poria / "transcripts.csv").symlink_to("/etc/passwd")
    with pytest.raises(DataError, match=r"^transcripts\.csv: this is a link to /etc/passwd, out of the folder poria"):
        DataIterator(poria)


def test_pipes_and_devices_are_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    for path in (tmp_path / "pipe.csv", "/dev/zero"):
        with pytest.raises(DataError, match=r"(pipe.csv|zero): this is no file and no folder"):
            DataIterator(path)


def test_a_cell_or_an_id_without_end_is_refused(tmp_path):
    (tmp_path / "cell.csv").write_text("id,text,label\na_1," + "x" * 2_000_000 + ",1\n")
    with pytest.raises(DataError, match=r"^cell.csv: a cell of the column text holds 2,000,000 characters"):
        DataIterator(tmp_path / "cell.csv")
    (tmp_path / "id.csv").write_text("id,text,label\n" + "x" * 5000 + ",t,1\n")
    with pytest.raises(DataError, match=r"^id.csv: an id of 5,000 characters"):
        DataIterator(tmp_path / "id.csv")


@pytest.mark.parametrize("content", ["[" * 100_000, '{"train": [[1]]}', '{"train": ' + "1" * 10_000 + "}", "\ud800"])
def test_folds_of_endless_depth_or_of_no_words_are_refused(content, csv, tmp_path):
    (tmp_path / "folds.json").write_text(content, errors="surrogatepass")
    with pytest.raises(DataError, match=r"^folds\.json: "):
        DataIterator(csv, folds=tmp_path / "folds.json")


BOMBS = (
    "a shape larger than its bytes",
    "bytes longer than the file",
    "a place far away in the memo",
    "a billion laughs",
)


def test_bombs_end_within_little_memory_and_time(tmp_path):
    paths = []
    for k, name in enumerate(BOMBS):
        paths.append(tmp_path / f"{k}.pkl")
        paths[-1].write_bytes(PICKLES[name])
    paths.append(npz(tmp_path / "x.npz", ARCHIVES["a bomb"]))
    code = (
        "import sys, resource\nfrom mosi_nb.data import DataIterator\nfrom mosi_nb.errors import DataError\n"
        "import pandas\nbefore = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "for path in sys.argv[1:]:\n    try:\n        DataIterator(path)\n    except DataError:\n        continue\n"
        "    raise SystemExit(path)\n"
        "print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)\n"
    )
    limit = lambda: resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))  # noqa: E731
    command = [sys.executable, "-c", code, *map(str, paths)]
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=30, preexec_fn=limit, env=environment, check=False
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 50
