"""Each picture of the pages is shown in one, and made by a test."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_pictures_are_those_that_pages_show_and_tests_make():
    held = {picture.name for picture in (ROOT / "docs" / "images").iterdir()}
    pages = [ROOT / "README.md", *ROOT.glob("docs/*.md")]
    shown = {name for page in pages for name in re.findall(r"\]\((?:docs/)?images/([a-z_]+\.png)\)", page.read_text())}
    tests = "".join(test.read_text() for test in ROOT.glob("tests/browser/*.py"))
    assert held == shown
    assert [name for name in shown if f'"{name}"' not in tests] == []
