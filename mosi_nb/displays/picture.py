"""A chart as a picture, for what draws no charts: GitHub, pages made of a notebook, paper."""

from __future__ import annotations

import importlib.util
import struct
import zlib
from base64 import b64decode, b64encode
from typing import Any

MIME = "image/png"

PIXELS = 2
"""Pixels of a picture for each of the chart's own, in each direction: sharp on paper."""

SIGNATURE = 8
"""Bytes in front of the first chunk of a PNG."""


def picture_of(spec: dict[str, Any]) -> dict[str, str]:
    """Return the picture of a chart by mime type; nothing where vl-convert is not installed.

    Parameters
    ----------
    spec
        Of Vega-Lite; it is drawn on white, whatever its background.
    """
    if importlib.util.find_spec("vl_convert") is None:
        return {}
    import vl_convert  # noqa: PLC0415 -- optional

    page = _drawable({**spec, "background": "white", "config": {**spec.get("config", {}), "background": "white"}})
    drawn = vl_convert.vegalite_to_png(page, vl_version="5.20", scale=PIXELS)
    return {MIME: b64encode(smaller(drawn)).decode("ascii")}


def sizes(bundle: dict[str, Any]) -> dict[str, Any]:
    """Return at which size the picture among a bundle is shown, as Jupyter's metadata have it: that of the chart."""
    if MIME not in bundle:
        return {}
    # the first chunk, after its length and name, begins with width and height
    width, height = struct.unpack(">II", b64decode(bundle[MIME][:32])[16:24])
    return {MIME: {"width": round(width / PIXELS), "height": round(height / PIXELS)}}


def smaller(picture: bytes) -> bytes:
    """Return the same PNG, packed better.

    vl-convert packs for speed: a notebook of charts would be four times as large.
    """
    chunks, at = [], SIGNATURE
    while at < len(picture):
        (length,) = struct.unpack(">I", picture[at : at + 4])
        chunks.append((picture[at + 4 : at + 8], picture[at + 8 : at + 8 + length]))
        at += 12 + length
    packed = zlib.compress(zlib.decompress(b"".join(held for name, held in chunks if name == b"IDAT")))
    kept = [chunk for chunk in chunks if chunk[0] not in (b"IDAT", b"IEND")]
    return picture[:SIGNATURE] + b"".join(_chunk(*one) for one in [*kept, (b"IDAT", packed), (b"IEND", b"")])


def _chunk(name: bytes, held: bytes) -> bytes:
    return struct.pack(">I", len(held)) + name + held + struct.pack(">I", zlib.crc32(name + held))


def _drawable(value: Any) -> Any:
    """Return a specification without letters that XML does not know.

    Drawing one of them does not raise: vl-convert aborts the process, and the kernel with it (seen in 1.9).
    """
    if isinstance(value, str):
        return "".join(letter if letter.isprintable() or letter in "\n\t\u00a0" else "\ufffd" for letter in value)
    if isinstance(value, dict):
        return {_drawable(name): _drawable(held) for name, held in value.items()}
    return [_drawable(held) for held in value] if isinstance(value, list) else value
