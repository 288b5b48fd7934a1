"""Runbooks as pages: every one of them, and only what is safe in them."""

import pytest

from handlers.web.markdown import to_html
from tests.handlers.web.rig import Rig
from tests.handlers.web.test_incident_page import Seen, seen


def test_every_runbook_has_a_page(open_rig: Rig) -> None:
    runbooks = open_rig.bot.catalogue().runbooks
    assert runbooks
    for name, runbook in runbooks.items():
        page = seen(open_rig, f"/runbooks/{name}")
        assert " ".join(runbook.title.split()) in page.text
        assert len(page.every("ol")) >= bool(runbook.steps)


@pytest.mark.parametrize(
    "text",
    [
        "[x](javascript:alert(1))",
        "[x](JAVASCRIPT:alert(1))",
        "[x](data:text/html,<script>)",
        "[x](http://plain.example.org)",
        "[x](//elsewhere.example.org)",
        "[x](/api/v1/incidents)",
        "<javascript:alert(1)>",
        "![x](https://elsewhere.example.org/x.png)",
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "<a href='javascript:alert(1)'>x</a>",
    ],
)
def test_nothing_unsafe_comes_out(text: str) -> None:
    page = Seen(to_html(text))
    assert {tag.name for tag in page.tags} <= {"p", "a"}
    assert page.links in ([], ["https://elsewhere.example.org/x.png"])


def test_links_lead_to_https_and_to_other_runbooks() -> None:
    page = Seen(to_html("[a](https://a.example.org/b) [b](RedisDown.md#do) [c](#check)"))
    assert page.links == ["https://a.example.org/b", "/runbooks/RedisDown#do", "#check"]
