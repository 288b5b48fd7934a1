"""Words of others are escaped once and keep to their room; our own mentions and links work."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards import mrkdwn
from bot.domain.ops_data.people import Person

PEOPLE = {"ada": Person(name="ada", slack="U1", login="ada"), "bob": Person(name="bob", login="b")}


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("<!channel> & co", "&lt;!channel&gt; &amp; co"),
        ("&amp;", "&amp;amp;"),
        ("two\nlines\tand  gaps", "two lines and gaps"),
        ("a\u202eb\u200bc\x07\x9bd\ufeff", "abcd"),
        ("@slack:U1", "@slack:U1"),
        ("ten chars!", "ten chars!"),
    ],
)
def test_untrusted_words(told: str, said: str) -> None:
    assert mrkdwn.said(told, 60) == said


@given(st.text(st.sampled_from("<>&`a é\n😀"), max_size=60), st.integers(3, 40))
def test_what_is_cut_is_never_cut_within_an_escape(text: str, limit: int) -> None:
    said = mrkdwn.said(text, limit)
    assert len(said) <= limit
    whole = mrkdwn.said(text, 10_000)
    assert said == whole or (said.endswith("…") and whole.startswith(said[:-1].rstrip()))
    assert not said.rstrip("…").endswith(("&am", "&a", "&lt", "&l", "&gt", "&g", "&"))


def test_a_code_span_cannot_be_left() -> None:
    assert mrkdwn.code("x` *bold* `y", 60) == "`x' *bold* 'y`"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ask @slack:U1.", "ask <@U1>."),
        ("called: @group:S012, @cli:ada", "called: <!subteam^S012>, @ada"),
        ("it works in #slack:C1 only", "it works in <#C1> only"),
        ("`ack INC-1` <b>\nnext & last", "`ack INC-1` &lt;b&gt;\nnext &amp; last"),
        ("@slack:<!channel>", "@slack:&lt;!channel&gt;"),
        ("@slack:nobody", "@nobody"),
    ],
)
def test_replies(text: str, said: str) -> None:
    assert mrkdwn.reply(text) == said


def test_a_long_reply_is_cut_between_words() -> None:
    said = mrkdwn.reply("@slack:U123 < " * 1000, 3000)
    assert len(said) <= 3000
    assert said.endswith(" …")
    assert said.removesuffix(" …").rsplit(None, 1)[-1] in {"<@U123>", "&lt;"}


@pytest.mark.parametrize(
    ("actor", "said"),
    [
        ("slack:U9", "<@U9>"),
        ("cli:ada", "<@U1>"),
        ("cli:b", "bob"),
        ("pagerduty:PX", "PX"),
        ("bot", "Candlefish"),
        (None, "Candlefish"),
        ("slack:<!channel>", "&lt;!channel&gt;"),
        ("nobody", "nobody"),
    ],
)
def test_people(actor: str | None, said: str) -> None:
    assert mrkdwn.person(actor, PEOPLE) == said


@pytest.mark.parametrize(
    ("url", "leads"),
    [
        ("https://grafana.example/d/1?a=1&b=2", True),
        ("https://GRAFANA.example/", True),
        ("http://grafana.example/", False),
        ("https://grafana.example.evil.example/", False),
        ("https://grafana.example@evil.example/", False),
        ("https://evil.example/?https://grafana.example/", False),
        ("javascript:alert(1)", False),
        ("https://[bad", False),
        ("http://127.0.0.1:8080/incidents/INC-1", True),
        ("http://127.0.0.1:8080.evil.example/", False),
        ("", False),
    ],
)
def test_links_lead_only_where_the_catalogue_does(url: str, leads: bool) -> None:  # noqa: FBT001 - a case of a table
    said = mrkdwn.link(url, "there", {"grafana.example"}, own="http://127.0.0.1:8080")
    assert (said != "there") is leads


def test_a_link_cannot_be_left() -> None:
    said = mrkdwn.link("https://h.example/a|b>c d", "x|y<z>", {"h.example"})
    assert said == "<https://h.example/a%7Cb%3Ec%20d|x¦y&lt;z&gt;>"


def test_parts_are_left_out_whole() -> None:
    assert mrkdwn.joined(["<a|b>", "<c|d>", "<e|f>"], 14) == "<a|b> · <c|d>"
