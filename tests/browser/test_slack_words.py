"""How the page reads Slack's mrkdwn: the very module that the page uses, asked in a browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from sandbox.slack.server import SlackTwin
from tests.browser.conftest import PATIENCE_MS

ASK = """async (text) => {
  const { mrkdwn } = await import("/static/mrkdwn.js");
  const names = {
    me: "U1",
    user: (id) => ({ U1: "Ada", U2: "Grace" })[id],
    channel: (id) => ({ C1: "ops" })[id],
    group: (id) => ({ S012: "oncall" })[id],
  };
  const box = document.createElement("div");
  box.append(mrkdwn(text, names));
  for (const link of box.querySelectorAll("a")) {
    link.removeAttribute("class");
    link.removeAttribute("target");
    link.removeAttribute("rel");
  }
  return box.innerHTML;
}"""


def mention(words: str, kind: str = "mention") -> str:
    return f'<span class="{kind}">{words}</span>'


def for_me(words: str) -> str:
    return mention(words, "mention mention-me")


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="en-GB", timezone_id="UTC")
    context.set_default_timeout(PATIENCE_MS)
    with SlackTwin() as twin:
        page = context.new_page()
        page.goto(twin.url)
        yield page
        context.close()


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*bold* _italic_ ~gone~", "<strong>bold</strong> <em>italic</em> <s>gone</s>"),
        ("*bold _both_*", "<strong>bold <em>both</em></strong>"),
        ("snake_case_name 2*3*4 a~b~c", "snake_case_name 2*3*4 a~b~c"),
        ("* no* *no * **", "* no* *no * **"),
        ("*over\ntwo lines*", "*over<br>two lines*"),
        ("`code *as is*`", "<code>code *as is*</code>"),
        ("`a` *b `c*` d*", "<code>a</code> <strong>b <code>c*</code> d</strong>"),
        ("before\n```\nx *y*\n  z\n```\nafter", "before<pre>x *y*\n  z</pre>after"),
        ("> said\n> so\nnot", "<blockquote>said<br>so</blockquote>not"),
        ("&gt; escaped", "<blockquote>escaped</blockquote>"),
        (">>> all\nof it", "<blockquote>all<br>of it</blockquote>"),
        ("a &lt;b&gt; &amp;amp; c", "a &lt;b&gt; &amp;amp; c"),
        ("&amp;lt;@U1&amp;gt;", "&amp;lt;@U1&amp;gt;"),
        (
            "<https://x.example/?a=1&amp;b=2|see>",
            '<a href="https://x.example/?a=1&amp;b=2">see</a>',
        ),
        (
            "<https://x.example/a_b_c>",
            '<a href="https://x.example/a_b_c">https://x.example/a_b_c</a>',
        ),
        ("(https://x.example/a).", '(<a href="https://x.example/a">https://x.example/a</a>).'),
        ("*<https://x.example/|go>*", '<strong><a href="https://x.example/">go</a></strong>'),
        ("<javascript:alert(1)|x>", "&lt;javascript:alert(1)|x&gt;"),
        ("<b>bold</b>", "&lt;b&gt;bold&lt;/b&gt;"),
        (
            "<@U1> <@U2> <@U9> <@U9|ann>",
            f"{for_me('@Ada')} {mention('@Grace')} {mention('@U9')} {mention('@ann')}",
        ),
        ("<#C1> <#C9|old>", f"{mention('#ops')} {mention('#old')}"),
        (
            "<!here> <!subteam^S012> <!subteam^S9|@x>",
            f"{for_me('@here')} {mention('@oncall')} {mention('@x')}",
        ),
        ("12:30:45 :nosuch: :", "12:30:45 :nosuch: :"),
    ],
)
def test_mrkdwn(page: Page, text: str, html: str) -> None:
    assert page.evaluate(ASK, text) == html


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<!date^1392734382^{date_num} {time_secs}|x>", "2014-02-18 14:39:42"),
        ("<!date^1392734382^at {time}|x>", "at 14:39"),
        ("<!date^1392692982^{time}|x>", "03:09"),
        ("<!date^1392734382^{date_long}|x>", "Tuesday 18 February 2014"),
        ("<!date^1392734382^{date_short_pretty}|x>", "18 Feb 2014"),
        ("<!date^1392734382^{nonsense}|the fallback>", "the fallback"),
        ("<!date^soon^{date}|the fallback>", "the fallback"),
        (":white_check_mark: done", "✅ done"),
        ("🔴 down", "🔴 down"),
    ],
)
def test_what_is_read_aloud(page: Page, text: str, words: str) -> None:
    html = page.evaluate(ASK, text)
    read = "html => new DOMParser().parseFromString(html, 'text/html').body.textContent"
    assert page.evaluate(read, html).replace(",", "") == words


def test_today_is_capital_only_where_a_line_begins(page: Page) -> None:
    now = page.evaluate("Math.floor(Date.now() / 1000)")
    html = page.evaluate(
        ASK, f"<!date^{now}^{{date_short_pretty}}|x>, not <!date^{now}^{{date}}|x>"
    )
    assert ">Today</time>" in html
    shown = page.evaluate(ASK, f"since <!date^{now}^{{date_short_pretty}}|x>")
    assert ">today</time>" in shown
