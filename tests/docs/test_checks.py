"""Every check has its section."""

import re
from pathlib import Path

import pytest

from mosi_nb.data.checks import AFTER, BEFORE
from mosi_nb.data.loader_checks import CHECKS
from mosi_nb.plan.component_checks import CHECKS as OF_COMPONENTS

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize(
    ("page", "checks"),
    [("checks.md", {**BEFORE, **AFTER}), ("loaders.md", CHECKS), ("add_a_component.md", OF_COMPONENTS)],
)
def test_every_check_has_a_section_that_opens_with_its_title_and_severity(page, checks):
    text = (DOCS / page).read_text(encoding="utf-8")
    sections = dict(re.findall(r"^###? ([A-Z]{4}\d+)\n\n(.*)$", text, flags=re.MULTILINE))
    assert {check.page.split("#")[0] for check in checks.values()} == {f"docs/{page}"}
    assert sorted(sections) == sorted(checks)
    opening = {code: f"**{check.title}** ({check.severity}).".lower() for code, check in checks.items()}
    assert [code for code in checks if not sections[code].lower().startswith(opening[code])] == []
