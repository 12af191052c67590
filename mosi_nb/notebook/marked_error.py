"""An error that nobody raises in a cell, marked as one where it is shown."""

from __future__ import annotations

from html import escape
from typing import Any

MARKED = "border-left: 3px solid var(--jp-error-color1, #d32f2f); padding: 2px 8px"
"""Its words keep the colour of all text, which can be read in every theme."""


def with_error(
    error: BaseException, shown: tuple[dict[str, Any], dict[str, Any]] | None = None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return an output with an error above what is shown.

    Parameters
    ----------
    error
        Whose message is shown, escaped.
    shown
        Bundle and metadata; None for the error alone.
    """
    bundle, metadata = shown or ({}, {})
    text = f"{type(error).__name__}: {error}"
    wrapped = "white-space:pre-wrap;word-break:normal;overflow-wrap:break-word"
    words = f'<b>Error</b><pre style="{wrapped}">{escape(text)}</pre>'
    html = f'<div role="alert" style="{MARKED}">{words}</div>{bundle.get("text/html", "")}'
    plain = "\n\n".join(filter(None, [text, bundle.get("text/plain", "")]))
    return {"text/html": html, "text/plain": plain}, metadata
