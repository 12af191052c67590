"""Measure sequences of MOSEI's size: pooled from files, gone through, and a folder of features loaded.

`python -m tests.benchmarks.sequences [--scale 0.1] [--folder DIR]`. At scale 1 it writes 17 GB to temporary folders,
which it removes.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import timeit
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

import h5py
import numpy as np
from numpy.typing import NDArray

from mosi_nb.data import DataIterator

Array: TypeAlias = NDArray[Any]
Row: TypeAlias = tuple[str, float, float, bool]
"""What, its value, its limit, and whether that is the least or the most it may be."""

TIMES = 3
ROOT = Path(__file__).parents[2]
PORIA = ROOT.parent / "shared" / "data" / "mosi" / "poria"

SEGMENTS, VIDEOS = 22_856, 3_228
SHAPES = {"text": (50, 768), "audio": (500, 74), "video": (500, 35)}
TOGETHER = 256
"""Rows that are written at a time."""

PEAK_GIB, SHARE, TWICE, SECONDS = 1.5, 0.5, 2.0, 0.5
"""Limits: memory while pooling; its rate by that of summing; going through by a bare loop; loading a folder."""

PROCESS = """\
import os, sys, time, json
from pathlib import Path
import h5py
import numpy as np
from mosi_nb.data.pooling import pooled
from mosi_nb.data.sequences import Sequences
from mosi_nb.data.spans import sequences_of

def opened(folder, kind, name):
    lengths = np.load(folder / f"{name}_lengths.npy")
    if kind == "npy":
        return Sequences(np.load(folder / f"{name}.npy", mmap_mode="r"), lengths)
    with h5py.File(folder / f"{name}.{kind}") as file:
        if kind == "h5":
            return Sequences(file[name], lengths)
        videos, spans = np.load(folder / "videos.npy"), np.load(folder / f"{name}_spans.npy")
        like = file[f"{name}/data/{videos[0]}/features"]
        return sequences_of(folder / f"{name}.csd", f"{name}/data", videos, spans, like)

def pool(folder, kind, names):
    return [float(np.nansum(pooled(opened(folder, kind, name), ("mean", "std")))) for name in names]

def total(folder, kind, names):
    return [float(np.load(folder / f"{name}.npy", mmap_mode="r").sum()) for name in names]

folder, what, kind, cold, *names = sys.argv[1:]
for path in Path(folder).iterdir() if cold == "cold" else ():
    file = os.open(path, os.O_RDONLY)
    os.fsync(file)
    os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(file)
began = time.perf_counter()
found = {"pool": pool, "sum": total}[what](Path(folder), kind, names)
seconds = time.perf_counter() - began
# Not getrusage: what it tells of a child begins with the memory of the parent that forked it.
peak = [line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
print(json.dumps({"seconds": seconds, "gib": int(peak[0]) / 2**20, "found": found}))
"""


def measured(folder: Path, what: str, kind: str, *, cold: bool = False) -> dict[str, Any]:
    """Return seconds and peak memory (GiB) of a fresh process that pools, or sums, all modalities."""
    command = [sys.executable, "-c", PROCESS, str(folder), what, kind, "cold" if cold else "warm", *SHAPES]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    return dict(json.loads(done.stdout))


def drawn(rng: np.random.Generator, shape: tuple[int, int], lengths: Array) -> Iterator[Array]:
    """Yield blocks of rows with noise in the first steps of each and zeros behind them."""
    noise = rng.standard_normal((TOGETHER, *shape), dtype=np.float32)
    for start in range(0, len(lengths), TOGETHER):
        some = lengths[start : start + TOGETHER]
        block = noise[: len(some)].copy()
        block[np.arange(shape[0]) >= some[:, None]] = 0
        yield block


def write(folder: Path, kind: str, n: int, compression: str | None = None) -> None:
    """Write all modalities in one format, with lengths and, for `.csd`, videos and spans beside them."""
    rng = np.random.default_rng(0)
    videos = np.sort(rng.integers(0, max(1, n * VIDEOS // SEGMENTS), n))
    np.save(folder / "videos.npy", np.array([f"v{video:05}" for video in videos]))
    for name, shape in SHAPES.items():
        lengths = rng.integers(1, shape[0] + 1, n)
        np.save(folder / f"{name}_lengths.npy", lengths)
        blocks = drawn(rng, shape, lengths)
        if kind == "npy":
            fill(np.lib.format.open_memmap(folder / f"{name}.npy", "w+", np.float32, (n, *shape)), blocks)
        elif kind == "h5":
            with h5py.File(folder / f"{name}.h5", "w") as file:
                fill(file.create_dataset(name, (n, *shape), np.float32, compression=compression), blocks)
        else:
            write_csd(folder, name, blocks, lengths, videos, compression)


def fill(array: Any, blocks: Iterator[Array]) -> None:
    """Write blocks under one another."""
    for number, block in enumerate(blocks):
        array[number * TOGETHER : number * TOGETHER + len(block)] = block


def write_csd(
    folder: Path, name: str, blocks: Iterator[Array], lengths: Array, videos: Array, compression: str | None
) -> None:
    """Write the steps of each video as the SDK does, and where in them the segments are."""
    ends = np.cumsum(lengths)
    before = (ends - lengths)[np.searchsorted(videos, videos)]
    np.save(folder / f"{name}_spans.npy", np.column_stack([ends - lengths, ends]) - before[:, None])
    rows = (row[:length] for row, length in zip((row for block in blocks for row in block), lengths, strict=True))
    with h5py.File(folder / f"{name}.csd", "w") as file:
        for video, count in zip(*np.unique(videos, return_counts=True), strict=True):
            steps = np.concatenate([next(rows) for _ in range(count)])
            file.create_dataset(f"{name}/data/v{video:05}/features", data=steps, compression=compression)


def pooling(scale: float, folder: str | None) -> Iterator[Row]:
    """Yield the rate of pooling by that of summing, and the memory it takes, for each format."""
    n = int(SEGMENTS * scale)
    size = sum(n * steps * columns * 4 for steps, columns in SHAPES.values())
    if shutil.disk_usage(folder or tempfile.gettempdir()).free < 2.2 * size:
        sys.exit(f"{2.2 * size / 1e9:.1f} GB are needed on the disk. Say --folder, or --scale 0.1.")
    with tempfile.TemporaryDirectory(dir=folder) as plain:
        write(Path(plain), "npy", n)
        for kind in ("npy", "h5", "csd"):
            with tempfile.TemporaryDirectory(dir=folder) as other:
                place = Path(plain if kind == "npy" else other)
                if kind != "npy":
                    write(place, kind, n)
                for cold in (True, False):
                    summed, pooled, gib = compared(Path(plain), place, kind, cold=cold)
                    told = f".{kind}, {'from disk' if cold else 'in page cache'}: {size / pooled / 1e9:.1f} GB/s"
                    yield f"pool {told}, by summing", summed / pooled, SHARE, True
                    yield f"pool {told}, GiB", gib, PEAK_GIB, False


def compared(plain: Path, place: Path, kind: str, *, cold: bool) -> tuple[float, float, float]:
    """Return the least seconds of summing and of pooling, in turns, and the highest peak of pooling."""
    turns = [(measured(plain, "sum", "npy", cold=cold), measured(place, "pool", kind, cold=cold)) for _ in range(TIMES)]
    summed, pooled = (min(turn[what]["seconds"] for turn in turns) for what in (0, 1))
    return summed, pooled, max(pool["gib"] for _, pool in turns)


def iterating(scale: float) -> Iterator[Row]:
    """Yield the time of going through records by that of a bare loop over the same arrays."""
    n = int(SEGMENTS * scale)
    arrays = {name: np.ones((n, 20, 30), np.float32) for name in SHAPES}
    lengths = {name: np.random.default_rng(0).integers(1, 21, n) for name in SHAPES}
    data = DataIterator.from_arrays(arrays, np.zeros(n), [f"a_{k}" for k in range(n)], lengths=lengths)

    def bare() -> None:
        held = data.segments
        for row in range(n):
            held.segment_ids[row], held.video_ids[row], held.sentiment[row]
            for name, array in arrays.items():
                array[row, : lengths[name][row]]

    def records() -> None:
        for record in data:
            record.modalities["text"]

    one, other = (min(timeit.repeat(loop, number=1, repeat=7)) for loop in (records, bare))
    yield f"go through {n:,} records ({one:.3f} s), by a bare loop", one / other, TWICE, False


def loading() -> Iterator[Row]:
    """Yield the time to load Poria's features, where they are."""
    if PORIA.is_dir():
        seconds = min(timeit.repeat(lambda: DataIterator(PORIA), number=1, repeat=TIMES))
        yield "load Poria's features, s", seconds, SECONDS, False


def main() -> int:
    """Print a row for each measurement; return 1 if one is beyond its limit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=1.0, help="1 is MOSEI's size, 8.5 GB")
    parser.add_argument("--folder", help="where to write, if not among the temporary files")
    given = parser.parse_args()
    print(f"{'':62}{'measured':>9}{'limit':>8}")
    beyond = 0
    for rows in (loading(), iterating(given.scale), pooling(given.scale, given.folder)):
        for name, value, limit, is_least in rows:
            missed = value < limit if is_least else value > limit
            beyond += missed
            sign = ">" if is_least else "<"
            print(f"{name:62}{value:9.2f}{sign:>3}{limit:5.1f}{'   BEYOND' if missed else ''}", flush=True)
    return int(beyond > 0)


if __name__ == "__main__":
    sys.exit(main())
