"""Templates: values in, HTML out, everything escaped."""

from __future__ import annotations

import functools
import re
from html import escape
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup


def render(template: str, **values: object) -> Markup:
    r"""Fill in a template.

    Parameters
    ----------
    template
        Name of a file in `templates/`.
    **values
        What the template names. Strings are escaped; only `Markup` is taken as HTML.

    Examples
    --------
    >>> str(render("notes.html", notes=["a < b"]))
    '<p class="mosi-nb-note"><small>a &lt; b</small></p>\n'
    """
    return Markup(_environment().get_template(template).render(**values))  # noqa: S704 -- autoescape is on


def plain(text: object) -> str:
    r"""Return text that stays on one line and sends nothing to a terminal but letters.

    Examples
    --------
    >>> plain("two\nlines \x1b[31mred")
    'two lines �[31mred'
    """
    return "".join(letter if letter.isprintable() else "�" for letter in re.sub(r"\s+", " ", str(text)).strip())


def shortened(text: object, width: int) -> str:
    """Return plain text of at most `width` letters, with `…` in the middle where some were cut out.

    Long names differ at their ends as often as at their beginnings.

    Examples
    --------
    >>> shortened("gradient_boosting", 9), shortened("ridge", 9)
    ('grad…ting', 'ridge')
    """
    line = plain(text)
    if len(line) <= width:
        return line
    front, back = max(width, 1) // 2, (max(width, 1) - 1) // 2
    return f"{line[:front]}…{line[len(line) - back :]}"


def in_markdown(text: object) -> str:
    r"""Return plain text that Markdown shows as it is.

    Examples
    --------
    >>> in_markdown("a|b <i> my_net")
    'a\\|b &lt;i&gt; my\\_net'
    """
    escaped = escape(plain(text), quote=False).replace("\\", "\\\\")
    for letter in "|*_`[]":
        escaped = escaped.replace(letter, "\\" + letter)
    return escaped


@functools.cache
def _environment() -> Environment:
    loader = FileSystemLoader(Path(__file__).parent / "templates")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
