"""Answers as Slack shows them: safe, short enough, commands ready to copy."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as some

from bot.cards.answers import answer, people_in, spoken

NAMES = {"cli:ada": "Ada", "slack:U9": "vic"}


def words(body: dict[str, Any]) -> str:
    return "\n".join(block["text"]["text"] for block in body["blocks"] if "text" in block)


def test_others_words_stay_words() -> None:
    body = answer("<!channel> & <@U2> <https://evil|here> \u202eabc", {})
    assert words(body) == "&lt;!channel&gt; &amp; &lt;@U2&gt; &lt;https://evil|here&gt; abc"
    assert "<" not in body["text"]


def test_people_and_channels_are_named() -> None:
    body = answer("@slack:U1 has it, @cli:ada. Look at #slack:C1, @pagerduty:P7", NAMES)
    assert words(body) == "<@U1> has it, Ada. Look at <#C1>, P7"
    assert people_in("@cli:ada. @slack:U1, a@b.c") == {"cli:ada", "slack:U1"}


def test_commands_are_copied_as_they_stand() -> None:
    body = answer('Say `/candlefish note "a < b" @slack:U1` now', {})
    assert words(body) == 'Say `/candlefish note "a &lt; b" @slack:U1` now'


def test_it_is_private_and_replaces_nothing() -> None:
    body = answer("x", {})
    assert (body["response_type"], body["replace_original"]) == ("ephemeral", False)


def test_a_long_answer_is_cut_where_a_line_ends() -> None:
    body = answer("\n".join(f"line {number} " + "x" * 90 for number in range(300)), {},
                  link=("Open", "https://bot.example.org/x"))  # fmt: skip
    assert "The page has the rest" in words(body)
    assert body["blocks"][-1]["elements"][0]["url"] == "https://bot.example.org/x"
    assert all(line.startswith(("line", "The page")) for line in words(body).split("\n"))


def test_one_line_without_markup() -> None:
    said = spoken("@cli:ada did it in #slack:C1.\nTry `/candlefish help`", NAMES)
    assert said == "@Ada did it in the incident channel. Try `/candlefish help`"
    assert len(spoken("x" * 5000, {})) <= 250


@given(text=some.text(max_size=12_000) | some.text(alphabet="<&`@a\n", max_size=6000))
def test_any_text_is_within_limits(text: str) -> None:
    body = answer(text, {}, link=("Open", "https://bot.example.org/x"))
    sections = [block["text"]["text"] for block in body["blocks"] if "text" in block]
    assert body["blocks"]
    assert all(1 <= len(part) <= 3000 for part in sections)
    assert sum(map(len, sections)) <= 10_000
    assert len(body["text"]) <= 3000
    json.dumps(body)
    for part in sections:
        assert "<!" not in part
