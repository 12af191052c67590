"""Every check has its section."""

import re
from pathlib import Path

from mosi_nb.data.checks import AFTER, BEFORE

PAGE = Path(__file__).parents[2] / "docs" / "checks.md"


def test_every_check_has_a_section_that_opens_with_its_title_and_severity():
    sections = dict(re.findall(r"^## (MOSI\d+)\n\n(.*)$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE))
    checks = {**BEFORE, **AFTER}
    assert sorted(sections) == sorted(checks)
    opening = {code: f"**{check.title}** ({check.severity}).".lower() for code, check in checks.items()}
    assert [code for code in checks if not sections[code].lower().startswith(opening[code])] == []
