import re

import pytest
from sklearn.linear_model import Ridge
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from mosi_nb.displays.diagram import diagram_of

PIPELINE = Pipeline(
    [("both", FeatureUnion([("a", StandardScaler()), ("b", MinMaxScaler())])), ("model", Ridge(alpha=3))]
)


class Unwritten(Ridge):
    """An estimator that cannot be written."""

    def __repr__(self, **_):
        raise ValueError


def test_a_diagram_has_no_script_no_link_and_the_same_text_each_time():
    shown = diagram_of(PIPELINE)
    assert shown == diagram_of(PIPELINE)
    assert re.findall(r"<script|href=|src=|https?:|onclick|for=", shown) == []
    assert all(word in shown for word in ("FeatureUnion", "MinMaxScaler", "Ridge", "alpha"))


def test_names_and_values_are_escaped():
    shown = diagram_of(
        Pipeline([("<img src=x>", StandardScaler()), ("model", Ridge(alpha="<script>alert(1)</script>"))])
    )
    assert "<img" not in shown
    assert "<script" not in shown


def test_an_estimator_that_cannot_be_drawn_is_named():
    assert "Unwritten" in diagram_of(Unwritten())


@pytest.mark.browser
def test_each_of_two_equal_diagrams_on_a_page_opens_by_itself(page):
    page.set_content(f"<body>{diagram_of(PIPELINE)}{diagram_of(PIPELINE)}</body>")
    second = page.locator(".mosi-nb-diagram").nth(1)
    second.locator("label", has_text="Ridge").click()
    assert [page.locator(".mosi-nb-diagram").nth(n).locator("input:checked").count() for n in (0, 1)] == [0, 1]
    assert second.locator(".sk-toggleable__content:visible").count() == 1
    assert page.refused == []
