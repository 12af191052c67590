import pytest

from mosi_nb.displays import ClusterView

HOSTILE = "<script>alert('x')</script>\n| \x1b[31m<img src=http://evil.example/x.png>"


def test_workers_are_rows_and_only_versions_that_differ_are_shown(made):
    shown = repr(made("tcp://a:1"))
    assert "tcp://a:1        1         0.2       none     100  1,234" in shown
    assert "Dashboard: tcp://a:1" in shown
    assert "joblib" not in shown
    assert made("tcp://a:1").frame()["memory"].tolist() == [2.5e8]


def test_without_workers_a_headline_is_all():
    view = ClusterView({"headline": "No worker."})
    assert repr(view) == view.markdown() == "No worker."
    assert "<table" not in view.mimebundle()["text/html"]


@pytest.mark.parametrize("kind", ["text/html", "text/plain", "markdown"])
def test_what_comes_from_elsewhere_is_escaped(made, kind):
    view = made(HOSTILE)
    shown = view.markdown() if kind == "markdown" else view.mimebundle()[kind]
    if kind != "text/html":
        assert "\x1b" not in shown
    if kind != "text/plain":
        assert "<script" not in shown
        assert "<img" not in shown


def test_the_dashboard_is_a_link_where_it_is_a_page():
    shown = {
        at: ClusterView({"headline": "", "dashboard": at})._html() for at in ("/user/me/proxy", "javascript:alert()")
    }
    assert '<a href="/user/me/proxy" target="_blank" rel="noopener"' in shown["/user/me/proxy"]
    assert "<a " not in shown["javascript:alert()"]
