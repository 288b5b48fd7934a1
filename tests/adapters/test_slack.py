"""Our Chat over the Slack twin: every answer of Slack's becomes one of our words, and only that."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.adapters import slack as adapter
from bot.adapters.slack import SlackChat
from bot.domain.errors import GiveUp, Refused, Unavailable
from bot.ports.chat import Mark, Message
from bot.ports.trouble import Expired, Gone, RateLimited
from bot.secret import Secret
from sandbox.slack.app import SCOPES, App
from sandbox.slack.channel import Channel
from sandbox.slack.faults import Outage
from sandbox.slack.people import Person, Seed, Usergroup
from sandbox.slack.server import SlackTwin

SEED = Seed(
    people=(
        Person(id="U1", name="ada"),
        Person(id="U2", name="guest", is_restricted=True),
        Person(id="U3", name="single", is_ultra_restricted=True),
        Person(id="U4", name="gone", deleted=True),
        Person(id="U5", name="robot", is_bot=True),
        Person(id="U6", name="stranger", is_stranger=True, team_id="T9"),
    ),
    usergroups=(Usergroup(id="S012", handle="oncall", users=("U1", "U2")),),
)
SAID = Message(text="SEV2: down", blocks=())
MARK = Mark(incident="INC-1", intent="abc")
HELLO_VIEW = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Note"},
    "blocks": [{"type": "divider"}],
}


@pytest.fixture
def slack() -> Iterator[SlackTwin]:
    with SlackTwin(seed=SEED) as twin:
        yield twin


@pytest.fixture
def heard() -> list[tuple[str, str]]:
    return []


@pytest.fixture
def chat(slack: SlackTwin, heard: list[tuple[str, str]]) -> SlackChat:
    def hear(method: str, outcome: str) -> None:
        heard.append((method, outcome))

    return SlackChat(Secret(slack.bot_token), slack.api_url, heard=hear)


def test_post_edit_find_delete(chat: SlackChat, slack: SlackTwin) -> None:
    before = datetime.now(UTC) - timedelta(minutes=1)
    ts = chat.post("C1", SAID, MARK)
    chat.edit("C1", ts, Message(text="SEV1: worse"), MARK)
    slack.say("U1", "not ours")
    (found,) = chat.marked("C1", before)
    assert (found.ts, found.mark) == (ts, MARK)
    assert slack.messages("C1")[0].text == "SEV1: worse"
    chat.delete("C1", ts)
    assert list(chat.marked("C1", before)) == []


def test_nothing_is_unfurled_parsed_or_linked_by_itself(chat: SlackChat, slack: SlackTwin) -> None:
    chat.post("C1", SAID, MARK)
    (call,) = slack.journal.calls("chat.postMessage")
    asked = {
        name: call.args[name] for name in ("parse", "link_names", "unfurl_links", "unfurl_media")
    }
    assert asked == {
        "parse": "none",
        "link_names": False,
        "unfurl_links": False,
        "unfurl_media": False,
    }


def test_the_marks_of_a_long_channel_and_of_a_thread(slack: SlackTwin) -> None:
    with SlackTwin(rates={"chat.postMessage": 10_000}) as busy:
        chat = SlackChat(Secret(busy.bot_token), busy.api_url)
        since = datetime.now(UTC) - timedelta(minutes=1)
        for number in range(230):
            chat.post("C1", SAID, Mark(incident="INC-1", intent=f"i{number}"))
        assert len(chat.marked("C1", since)) == 230
        parent = chat.post("C1", SAID, MARK)
        reply = chat.post("C1", SAID, Mark(incident="INC-1", intent="line"), thread=parent)
        assert [one.ts for one in chat.marked("C1", since, thread=parent)] == [reply]
        assert parent in {one.ts for one in chat.marked("C1", since)}
        assert list(chat.marked("C1", datetime.now(UTC) + timedelta(minutes=1))) == []


def test_a_channel_is_found_among_more_than_slack_lists_in_a_minute_by_hundreds(
    chat: SlackChat, slack: SlackTwin
) -> None:
    for number in range(20 * 200):
        slack.ws.put_channel(Channel(id=f"CX{number}", name=f"other-{number}", created=0))
    slack.ws.put_channel(Channel(id="CLAST", name="the-last", created=0))

    assert chat.channel_id("#the-last") == "CLAST"


def test_people_groups_channel_and_workspace(chat: SlackChat) -> None:
    assert chat.channel_id("#ops-emergency") == "C1"
    assert chat.channel_id("C1") == "C1"
    assert chat.channel_id("#nowhere") is None
    assert chat.is_member("C1")
    assert not chat.is_member("C2")
    assert list(chat.group_members("S012")) == ["U1", "U2"]
    assert chat.profile("U1").barred is None
    assert chat.profile("U1").team == "T1"
    barred = {user: chat.profile(user).barred for user in ("U2", "U3", "U4", "U5", "U6")}
    assert barred == {
        "U2": "this account is a guest",
        "U3": "this account is a guest",
        "U4": "this account is deactivated",
        "U5": "this account is a bot",
        "U6": "this account belongs to another workspace",
    }
    workspace = chat.workspace()
    assert (workspace.team, workspace.bot_user) == ("T1", "UBOT")
    assert workspace.scopes == frozenset(SCOPES)
    assert abs(workspace.clock_skew_seconds) < 5


def test_our_clock_beside_slacks(slack: SlackTwin) -> None:
    fast = SlackChat(
        Secret(slack.bot_token), slack.api_url, now=lambda: datetime.now(UTC) + timedelta(hours=1)
    )
    assert 3590 < fast.workspace().clock_skew_seconds < 3610


def test_views(chat: SlackChat, slack: SlackTwin) -> None:
    trigger = slack.ws.triggers.issue("U1")
    chat.open_view(trigger, HELLO_VIEW)
    assert slack.modal("U1").current.title["text"] == "Note"
    with pytest.raises(Expired):
        chat.open_view(trigger, HELLO_VIEW)
    chat.publish_home("U1", {"type": "home", "blocks": [{"type": "divider"}]})
    assert slack.home("U1") is not None


def test_a_view_is_not_waited_for_longer_than_its_trigger_lives(
    chat: SlackChat, slack: SlackTwin
) -> None:
    slack.faults.latency(adapter.VIEW_TIMEOUT + 1, "views.open")
    with pytest.raises(Unavailable):
        chat.open_view(slack.ws.triggers.issue("U1"), HELLO_VIEW)


@pytest.mark.parametrize(
    ("word", "error", "says"),
    [
        ("message_not_found", Gone, "message_not_found"),
        ("thread_not_found", Gone, "thread_not_found"),
        ("invalid_auth", GiveUp, "CANDLEFISH_SLACK_BOT_TOKEN"),
        ("token_revoked", GiveUp, "CANDLEFISH_SLACK_BOT_TOKEN"),
        ("account_inactive", GiveUp, "install the app again"),
        ("channel_not_found", GiveUp, "/invite @Candlefish"),
        ("not_in_channel", GiveUp, "/invite @Candlefish"),
        ("is_archived", GiveUp, "unarchive"),
        ("restricted_action", GiveUp, "administrator"),
        ("invalid_blocks", Refused, "invalid_blocks"),
        ("msg_too_long", Refused, "msg_too_long"),
        ("internal_error", Unavailable, "chat.postMessage"),
        ("service_unavailable", Unavailable, "chat.postMessage"),
        ("ratelimited", RateLimited, "limits"),
    ],
)
def test_every_refusal_has_its_word(
    chat: SlackChat, slack: SlackTwin, word: str, error: type[Exception], says: str
) -> None:
    slack.faults.error("chat.postMessage", word)
    with pytest.raises(error, match=says) as raised:
        chat.post("C1", SAID, MARK)
    assert type(raised.value) is error


def test_a_rate_limit_says_for_how_long(
    chat: SlackChat, slack: SlackTwin, heard: list[tuple[str, str]]
) -> None:
    slack.faults.rate_limit("chat.update", retry_after=17)
    ts = chat.post("C1", SAID, MARK)
    with pytest.raises(RateLimited) as raised:
        chat.edit("C1", ts, SAID, MARK)
    assert raised.value.retry_after == 17
    assert heard == [("chat.postMessage", "ok"), ("chat.update", "rate_limited")]


@pytest.mark.parametrize("how", list(Outage))
def test_an_outage_is_unavailable(
    chat: SlackChat, slack: SlackTwin, heard: list[tuple[str, str]], how: Outage
) -> None:
    slack.go_down(how)
    with pytest.raises(Unavailable):
        chat.workspace()
    assert heard == [("auth.test", "unavailable")]


def test_nobody_there_is_unavailable() -> None:
    with SlackTwin() as gone:
        address = gone.api_url
    with pytest.raises(Unavailable):
        SlackChat(Secret("xoxb-1"), address).workspace()


def test_a_missing_scope_is_named() -> None:
    lesser = App(scopes=tuple(scope for scope in SCOPES if scope != "usergroups:read"))
    with SlackTwin(app=lesser) as slack:
        chat = SlackChat(Secret(slack.bot_token), slack.api_url)
        with pytest.raises(GiveUp, match="add the scope usergroups:read"):
            chat.group_members("S012")


def test_the_token_is_read_anew_for_each_call(slack: SlackTwin, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("xoxb-wrong")
    chat = SlackChat(Secret(f"file:{file}"), slack.api_url)
    with pytest.raises(GiveUp):
        chat.workspace()
    file.write_text(slack.bot_token)
    assert chat.workspace().team == "T1"


def test_neither_token_nor_body_is_logged_or_said(
    slack: SlackTwin, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    chat = SlackChat(Secret("xoxb-very-secret"), slack.api_url)
    caplog.set_level(logging.DEBUG)
    slack.faults.status("chat.postMessage", 500)
    said = []
    for _ in range(2):
        with pytest.raises((GiveUp, Unavailable)) as raised:
            chat.post("C1", Message(text="canary in the body"), MARK)
        said.append(repr(raised.value) + repr(raised.value.__cause__))
    slack.go_down(Outage.DROPS)
    with pytest.raises(Unavailable) as raised:
        chat.post("C1", Message(text="canary in the body"), MARK)
    out = "".join([*said, repr(raised.value), caplog.text, *capfd.readouterr()])
    assert "very-secret" not in out
    assert "canary" not in out
    assert "Server Error" not in out
