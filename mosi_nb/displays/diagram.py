"""A pipeline as scikit-learn draws it, made fit for a page that holds several and asks nobody for anything."""

from __future__ import annotations

import hashlib
import re
from html import escape
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from mosi_nb.displays.render import plain

if TYPE_CHECKING:
    from collections.abc import Callable

_SCRIPTS = re.compile(r"<script\b.*?</script\s*>", re.DOTALL | re.IGNORECASE)
_COMMENTS = re.compile(r"/\*.*?\*/", re.DOTALL)
_STYLES = re.compile(r"(<style\b[^>]*>)(.*?)(</style>)", re.DOTALL)
_LINKS = re.compile(
    r'<a class="sk-estimator-doc-link.*?</a>|<span class="sk-estimator-doc-link[^>]*>[^<]*<span>[^<]*</span></span>',
    re.DOTALL,
)
_DESCRIPTIONS = re.compile(r'<a\s+class="param-doc-link".*?>\s*([^<>]*?)\s*<span.*?</a>', re.DOTALL)
_COPYING = re.compile(r"<td>\s*<(button|i)\b[^>]*copy-paste-icon.*?</td>", re.DOTALL)
_ADVICE = re.compile(r"<b>In a Jupyter environment.*?</b>", re.DOTALL)
_TOGGLE = re.compile(
    r'<input (?P<rest>class="sk-toggleable__control[^"]*") id="[^"]*" type="checkbox"\s*(?P<on>checked)?\s*>'
    r'\s*<label for="[^"]*"(?P<label>[^>]*)>'
)
_WHOLE = re.compile(r"sk-container-id-\d+")
_LINK = re.compile(r"""\s(?:href|src)\s*=\s*(?:"[^"]*"|'[^']*')""")

_OURS = """
.mosi-nb-diagram .sk-top-container { overflow-x: auto !important;
  --sklearn-color-text-on-default-background: currentColor;
  --sklearn-color-background: var(--jp-layout-color0, Canvas);
  --sklearn-color-border-box: currentColor; --sklearn-color-icon: currentColor; color: inherit; }
.mosi-nb-diagram div.sk-estimator label { color: #000; }
.mosi-nb-diagram .sk-toggleable__content, .mosi-nb-diagram .estimator-table td { color: #000 !important; }
.mosi-nb-diagram div.sk-toggleable:has(> label > input:checked) > div.sk-toggleable__content {
  display: block; max-height: none; max-width: none; width: 100%; overflow: visible; }
.mosi-nb-diagram label:has(> input:checked)::before { content: "▾" !important; }
.mosi-nb-diagram label:has(> input:focus-visible) { outline: 2px solid #0072b2; }
.mosi-nb-diagram .estimator-table .user-set td { color: #a33c00 !important; font-weight: 600; }
.mosi-nb-diagram .sk-toggleable__content pre { color: #000; background: transparent; }
"""


def diagram_of(pipeline: Any) -> Markup:
    """Return the diagram of a pipeline as HTML.

    scikit-learn's own has ids that count up and belong to one page, a script that chooses the theme, and links
    to its documentation. Here a box is opened by its label, colours are those of the page, and
    nothing is linked.

    Parameters
    ----------
    pipeline
        An estimator; best one that is not fitted, which has no long lists of columns.
    """
    try:
        return Markup(_drawn(pipeline))  # noqa: S704 -- scikit-learn escapes names and values
    except Exception:  # noqa: BLE001 -- an estimator of somebody's own may refuse to be drawn, or to be written
        return Markup(f"<pre>{escape(_written(pipeline))}</pre>")  # noqa: S704 -- escaped


def _drawn(pipeline: Any) -> str:
    from sklearn.utils import estimator_html_repr  # noqa: PLC0415 -- slow to import, and only a diagram needs it

    html = _SCRIPTS.sub("", estimator_html_repr(pipeline))
    html = _ADVICE.sub("", _COPYING.sub("", _DESCRIPTIONS.sub(r"\1", _LINKS.sub("", html))))
    html = _TOGGLE.sub(_inside, _STYLES.sub(_without_comments, html))
    html = _LINK.sub("", html).replace("<body>", "").replace("</body>", "")
    name = f"mosi-nb-diagram-{hashlib.sha256(_WHOLE.sub('', html).encode()).hexdigest()[:12]}"
    return f'<div class="mosi-nb-diagram"><style>{_OURS}</style>{_WHOLE.sub(name, html)}</div>'


def _inside(found: re.Match[str]) -> str:
    """Put the box that is ticked into its label, which then needs no id to find it."""
    ticked = " checked" if found["on"] else ""
    return f'<label{found["label"]}><input {found["rest"]} type="checkbox"{ticked}>'


def _without_comments(found: re.Match[str]) -> str:
    return f"{found[1]}{_COMMENTS.sub('', found[2])}{found[3]}"


def _written(pipeline: Any) -> str:
    told: Callable[[Any], str] = repr
    try:
        return plain(told(pipeline))
    except Exception:  # noqa: BLE001 -- as above
        return type(pipeline).__name__
