"""Pickles as the projects of this field share them, told apart by what they hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

from mosi_nb.data.arrays import FOLD_OF
from mosi_nb.data.parts import Parts
from mosi_nb.data.readers import samples, split, videos
from mosi_nb.data.readers.opcodes import cut
from mosi_nb.data.readers.paths import files_in, leads_out, member, named, start_of
from mosi_nb.data.readers.stored import is_array
from mosi_nb.data.readers.unpickle import DAMAGE, load_tree
from mosi_nb.errors import DataError

SUFFIXES = (".pkl", ".pickle", ".p")


class Layout(Protocol):
    """A module that knows one way in which pickles are laid out."""

    FORMAT: str

    def fits(self, tree: Any) -> bool:
        """Tell whether a pickle's content is laid out so."""

    def parts_of(self, tree: Any, source: str) -> Parts:
        """Return its segments."""


LAYOUTS: tuple[Layout, ...] = (split, samples, videos)

FORMAT = "; ".join(layout.FORMAT for layout in LAYOUTS)


def recognises(path: Path) -> bool:
    """Tell whether the file is a pickle: by its first byte or, for the old text protocol, its name.

    A folder is one too, if it holds a pickle for each of train, dev and test.
    """
    if path.is_dir():
        return len(_by_fold(path)) > 1
    if not path.is_file():
        return False
    start = start_of(path, 2)
    return (start[:1] == b"\x80" and start[1:2] in b"\x02\x03\x04\x05") or path.suffix.lower() in SUFFIXES


def read(path: Path) -> Parts:
    """Return the segments of a pickle, or of a folder with one for each fold.

    Raises
    ------
    DataError
        If it is cut or damaged, would run code, or holds none of the known layouts.
    """
    source = named(path)
    if path.is_dir():
        tree: Any = {fold: load_tree(member(file)) for fold, file in _by_fold(path).items()}
    else:
        tree = load_tree(path)
        fold = FOLD_OF.get(path.stem.lower())
        if fold and isinstance(tree, list):  # MISA keeps the folds in files of these names
            tree = {fold: tree}
    return laid_out(tree, source, path)


def laid_out(tree: Any, source: str, path: Path) -> Parts:
    """Return the segments of the layout that fits."""
    try:
        for layout in LAYOUTS:
            if layout.fits(tree):
                return layout.parts_of(tree, source)
    except DataError:
        raise
    except DAMAGE:
        raise cut(path) from None
    sentence = f"this pickle holds {_outline(tree)}, which is no layout that is known."
    raise DataError.of(source, sentence, f"Known: {FORMAT}.")


def _by_fold(folder: Path) -> dict[str, Path]:
    """Return the pickles of a folder that are named for folds."""
    try:
        files = [path for path in (*files_in(folder), *_links(folder)) if path.suffix.lower() in SUFFIXES]
    except OSError:
        return {}
    found = {FOLD_OF[path.stem.lower()]: path for path in files if path.stem.lower() in FOLD_OF}
    return {fold: found[fold] for fold in ("train", "valid", "test") if fold in found}


def _links(folder: Path) -> list[Path]:
    # A link out of the folder is refused when it is read, not passed over.
    return [path for path in folder.iterdir() if leads_out(path)]


def _outline(tree: Any) -> str:
    if is_array(tree):
        return f"one array {tree.shape}"
    if isinstance(tree, dict):
        keys = ", ".join(str(key)[:20] for key in list(tree)[:8])
        return f"a dict with the keys {keys}" if keys else "an empty dict"
    if isinstance(tree, (list, tuple)):
        return f"a {type(tree).__name__} of {len(tree):,}"
    return f"a {type(tree).__name__}"
