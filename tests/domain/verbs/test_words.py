"""Words as telephones, Slack and terminals send them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.verbs.words import Word, quoted, split, tidy


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("<@U1|ada> has it", "@slack:U1 has it"),
        ("<@U1>", "@slack:U1"),
        ("<!subteam^S012|@oncall>", "@group:S012"),
        ("see <#C1|ops>", "see #slack:C1"),
        ("<!channel> <!here|here>", "@channel @here"),
        ("<https://a.example/x|a.example/x>", "https://a.example/x"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("5 &gt; 4 &amp; 3 &lt; 4", "5 > 4 & 3 < 4"),
        ("&amp;lt;", "&lt;"),
        ("&lt;@U1&gt;", "<@U1>"),
        ("ack\u00a0INC-1", "ack INC-1"),
        ("ack\u202f\u200bINC-1\u202e", "ack INC-1"),
        ("a\x00b\ud800c", "abc"),
        ("one\r\ntwo", "one\ntwo"),
        ("  `ack INC-1`  ", "ack INC-1"),
    ],
)
def test_tidy(sent: str, meant: str) -> None:
    assert tidy(sent) == meant


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("ack  INC-1", [("ack", False), ("INC-1", False)]),
        ('note "a b" c', [("note", False), ("a b", True), ("c", False)]),
        ("note \u201ca b\u201d", [("note", False), ("a b", True)]),
        ("note \u201ea b\u201c", [("note", False), ("a b", True)]),
        ('note "a b\u201d c', [("note", False), ("a b", True), ("c", False)]),
        ("note \u2018a b\u2019", [("note", False), ("a b", True)]),
        ("it's 5\" high", [("it's", False), ('5"', False), ("high", False)]),
        ("'tis late", [("'tis", False), ("late", False)]),
        ('note "never closed', [("note", False), ("never closed", True)]),
        (r'"say \"hi\" now"', [('say "hi" now', True)]),
        ('"it said "no" twice"', [('it said "no', True), ('twice"', False)]),
        ("\u2014severity sev1", [("--severity", False), ("sev1", False)]),
        ("\u2014-severity", [("--severity", False)]),
        ("a \u2014 b", [("a", False), ("\u2014", False), ("b", False)]),
        ('--component="a b"', [("--component=a b", False)]),
        ("\u2014component=\u201ca b\u201d", [("--component=a b", False)]),
        ('note "two\nlines"', [("note", False), ("two\nlines", True)]),
    ],
)
def test_split(text: str, words: list[tuple[str, bool]]) -> None:
    assert [tuple(word) for word in split(text)] == words


@given(st.text())
def test_what_is_quoted_stays_one_word(text: str) -> None:
    assert split(f"a {quoted(text)} b") == (Word("a"), Word(text, quoted=True), Word("b"))


@given(st.text(st.sampled_from("ab \"'\\\u201c\u201d\u201e\u00ab\u2014-=<>&;|@#U1\n")))
def test_any_text_can_be_cut(text: str) -> None:
    assert all(word.text or word.quoted for word in split(tidy(text)))
