"""What a pickle would do, looked through before anything is built from it.

Sizes are compared with the file, so that nothing is reserved that the file cannot fill, and what no
pickle of numbers and texts needs is refused. Long stretches of bytes are left in the file: the stream
that is handed on holds their place in it instead.

References
----------
CPython's `Lib/pickletools.py` describes each instruction.
"""

from __future__ import annotations

import io
import mmap
import struct
from dataclasses import dataclass
from pathlib import Path

from mosi_nb.data.readers.paths import named
from mosi_nb.errors import DataError

LONG = 1 << 16
"""Stretches of bytes from this length on stay in the file until they are asked for."""

MOST = 8_000_000
"""Instructions; MOSI in its most scattered form takes 300,000, MOSEI 5 million."""

DIGITS = 32
"""Characters or bytes of a number; more is no number of a data set."""

_PLAIN = b"(.NRbad}el]ostu)\x81\x85\x86\x87\x88\x89\x92\x93\x94"
_FIXED = {0x80: 1, ord("K"): 1, ord("M"): 2, ord("J"): 4, ord("G"): 8, ord("h"): 1, ord("j"): 4}
_PUT = {ord("q"): 1, ord("r"): 4}
_COUNTED = {ord("U"): 1, ord("T"): 4, ord("X"): 4, 0x8C: 1, 0x8D: 8, ord("B"): 4, ord("C"): 1, 0x8E: 8, 0x96: 8}
_BYTES = {ord("T"), ord("B"), 0x8E, 0x96}
_WHOLE = {0x8A: 1, 0x8B: 4}
_LINES = {ord("S"): 1, ord("V"): 1, ord("c"): 2, ord("i"): 2}
_NUMBERS = b"FILg"
_FRAME, _STOP, _PUT_LINE = 0x95, ord("."), ord("p")

_REFUSED = {
    ord("P"): "a persistent id", ord("Q"): "a persistent id",
    0x82: "the extension registry", 0x83: "the extension registry", 0x84: "the extension registry",
    0x97: "buffers outside the file", 0x98: "buffers outside the file",
    0x8F: "sets", 0x90: "sets", 0x91: "sets",
    ord("0"): "dropping what was built", ord("1"): "dropping what was built", ord("2"): "doubling what was built",
}  # fmt: skip


@dataclass(frozen=True)
class Span:
    """A stretch of bytes in a file.

    Attributes
    ----------
    path
        The file.
    offset, length
        In bytes.
    """

    path: Path
    offset: int
    length: int


@dataclass(frozen=True)
class Stream:
    """A pickle without its long stretches of bytes.

    Attributes
    ----------
    content
        The instructions; each long stretch is a persistent id, its number among the spans.
    spans
        Where the long stretches are.
    count, size
        Number of instructions, and of bytes in the file: the bounds of what may come of it.
    """

    content: io.BytesIO
    spans: tuple[Span, ...]
    count: int
    size: int


class _Scan:
    """One pass over the instructions; `position` is where the next one stands."""

    def __init__(self, held: mmap.mmap, path: Path) -> None:
        self.held, self.path, self.size = held, path, len(held)
        self.position = self.count = self.copied = 0
        self.content, self.spans = io.BytesIO(), list[Span]()

    def run(self) -> Stream:
        held, size, plain, fixed = self.held, self.size, frozenset(_PLAIN), _FIXED
        while self.position < size:
            code = held[self.position]
            self.position += 1
            self.count += 1
            if code == _STOP:
                return self._finished()
            if self.count > MOST:
                raise self._refusal(f"it has more than {MOST:,} instructions, more than a data set needs.")
            if code in plain:
                continue
            if code in fixed:
                self._skip(fixed[code])
            else:
                self._argument(code)
        raise cut(self.path)

    def _argument(self, code: int) -> None:
        start = self.position - 1
        if code in _COUNTED:
            length = self._number(_COUNTED[code])
            self._skip(length)
            if code in _BYTES and length >= LONG:
                self._leave(start, length)
        elif code in _PUT:
            self._check_place(self._number(_PUT[code]))
        elif code in _WHOLE:
            length = self._number(_WHOLE[code])
            self._check_digits(length)
            self._skip(length)
        elif code == _FRAME:
            if self._number(8) > self.size - self.position:
                raise cut(self.path)
            self._copy(start)
            self.copied = self.position
        else:
            self._line_argument(code)

    def _line_argument(self, code: int) -> None:
        if code in _LINES:
            for _ in range(_LINES[code]):
                self._line()
        elif code == _PUT_LINE or code in _NUMBERS:
            line = self._line()
            self._check_digits(len(line))
            if code == _PUT_LINE:
                self._check_place(int(line) if line.isdigit() else self.size)
        elif code in _REFUSED:
            raise self._refusal(f"it uses {_REFUSED[code]}, which no pickle of arrays and texts needs.")
        else:
            raise cut(self.path)

    def _number(self, width: int) -> int:
        start = self.position
        self._skip(width)
        return int.from_bytes(self.held[start : self.position], "little")

    def _skip(self, length: int) -> None:
        if length > self.size - self.position:
            raise cut(self.path)
        self.position += length

    def _line(self) -> bytes:
        end = self.held.find(b"\n", self.position)
        if end < 0:
            raise cut(self.path)
        line = self.held[self.position : end]
        self.position = end + 1
        return line

    def _check_digits(self, length: int) -> None:
        if length > DIGITS:
            raise self._refusal(f"it holds a number of {length:,} digits or bytes.")

    def _check_place(self, place: int) -> None:
        # The table of what was built is as long as its largest number, whatever it holds.
        if place > self.count:
            raise self._refusal(f"it numbers what it built with {place:,}, after {self.count:,} instructions.")

    def _leave(self, start: int, length: int) -> None:
        self._copy(start)
        self.content.write(b"J" + struct.pack("<i", len(self.spans)) + b"Q")
        self.spans.append(Span(self.path, self.position - length, length))
        self.copied = self.position

    def _copy(self, end: int) -> None:
        self.content.write(memoryview(self.held)[self.copied : end])

    def _finished(self) -> Stream:
        if self.position < self.size:
            raise self._refusal(f"{self.size - self.position:,} bytes follow its end.")
        self._copy(self.position)
        self.content.seek(0)
        return Stream(self.content, tuple(self.spans), self.count, self.size)

    def _refusal(self, sentence: str) -> DataError:
        return DataError.of(named(self.path), f"this pickle is not opened: {sentence}", ADVICE)


ADVICE = "Save arrays, lists and texts only: .npz (numpy.savez with segment_id, label, text, audio, video) or .csv."


def scan(path: Path) -> Stream:
    """Look through a pickle.

    Parameters
    ----------
    path
        A file that is not empty.

    Raises
    ------
    DataError
        If it is cut or damaged, or holds instructions that data do not need.
    """
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as held:
            return _Scan(held, path).run()
    except OSError as error:
        raise DataError.of(named(path), f"the file cannot be read ({error.strerror}).") from None


def cut(path: Path) -> DataError:
    """Return the error for a pickle that ends too early or makes no sense."""
    return DataError.of(named(path), "the pickle is cut or damaged.", "Copy it again.")
