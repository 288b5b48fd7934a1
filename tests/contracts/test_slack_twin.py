"""The Slack twin against the vendor's published limits, tiers and payload samples."""

import json
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from sandbox.slack import limits, rates
from sandbox.slack.api import METHODS
from sandbox.slack.app import SCOPES, App
from sandbox.slack.server import SlackTwin
from tests.vendor_contracts import ABSENT, FOLDER

CONTRACTS = FOLDER / "slack"
if not CONTRACTS.is_dir():
    if os.environ.get("CI"):
        pytest.fail(ABSENT, pytrace=False)
    pytest.skip(ABSENT, allow_module_level=True)


def read(name: str) -> Any:
    return json.loads((CONTRACTS / name).read_text(encoding="utf-8"))


def flat(read: dict[str, Any]) -> dict[str, Any]:
    """Nested limits as `confirm.title`."""
    found: dict[str, Any] = {}
    for key, value in read.items():
        inner = value if isinstance(value, dict) else None
        found.update({f"{key}.{name}": each for name, each in inner.items()} if inner else {})
        found.update({} if inner or key.startswith("_") else {key: value})
    return found


LIMITS = flat(read("block_kit_limits.json"))
TIERS = read("rate_limit_tiers.json")
Request = tuple[str, dict[str, Any]]


@pytest.fixture(scope="module")
def slack() -> Iterator[SlackTwin]:
    """Without rate limits, so that sizes can be tried one after the other."""
    with SlackTwin(rates=dict.fromkeys(METHODS, 100_000)) as twin:
        yield twin


@pytest.fixture
def client(slack: SlackTwin) -> WebClient:
    return WebClient(token=slack.bot_token, base_url=slack.api_url, timeout=10)


def plain(size: int) -> dict[str, str]:
    return {"type": "plain_text", "text": "x" * size}


def mrkdwn(size: int) -> dict[str, str]:
    return {"type": "mrkdwn", "text": "x" * size}


def option(value: str = "v", text: int = 1) -> dict[str, Any]:
    return {"text": plain(text), "value": value}


def options(count: int) -> list[dict[str, Any]]:
    return [option(f"v{index}") for index in range(count)]


def message(*blocks: dict[str, Any]) -> Request:
    return "chat.postMessage", {"channel": "C1", "text": "t", "blocks": list(blocks)}


def section(**fields: Any) -> Request:
    return message({"type": "section", "text": mrkdwn(1), **fields})


def button(**fields: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain(1), "action_id": "a", **fields}


def select(**fields: Any) -> Request:
    return section(accessory={"type": "static_select", "action_id": "a", **fields})


def confirmed(**fields: Any) -> Request:
    dialog = {name: plain(1) for name in ("title", "text", "confirm", "deny")}
    return section(accessory=button(confirm={**dialog, **fields}))


def modal(**fields: Any) -> Request:
    view = {"type": "modal", "title": plain(1), "submit": plain(1), "blocks": []}
    return "views.open", {"view": {**view, **fields}}


def buttons(count: int) -> list[dict[str, Any]]:
    return [button(action_id=f"a{index}") for index in range(count)]


def image(**fields: Any) -> Request:
    usual = {"type": "image", "image_url": "https://x.example/i.png", "alt_text": "a"}
    return message({**usual, **fields})


def typed(**fields: Any) -> dict[str, Any]:
    return {
        "type": "input",
        "label": plain(1),
        "element": {"type": "plain_text_input", "action_id": "a"},
        **fields,
    }


def address(size: int) -> str:
    return "https://x.example/".ljust(size, "x")


# A request of a given size for every limit that is a refusal.
SIZED: dict[str, Callable[[int], Request]] = {
    "message_blocks_max": lambda n: message(*[{"type": "divider"}] * n),
    "view_blocks_max": lambda n: modal(blocks=[{"type": "divider"}] * n),
    "block_id_max": lambda n: section(block_id="b" * n),
    "action_id_max": lambda n: section(accessory=button(action_id="a" * n)),
    "callback_id_max": lambda n: modal(callback_id="c" * n),
    "section_text_max": lambda n: section(text=mrkdwn(n)),
    "section_fields_max": lambda n: section(fields=[mrkdwn(1)] * n),
    "section_field_text_max": lambda n: section(fields=[mrkdwn(n)]),
    "actions_elements_max": lambda n: message({"type": "actions", "elements": buttons(n)}),
    "context_elements_max": lambda n: message({"type": "context", "elements": [mrkdwn(1)] * n}),
    "header_text_max": lambda n: message({"type": "header", "text": plain(n)}),
    "button_text_max": lambda n: section(accessory=button(text=plain(n))),
    "button_value_max": lambda n: section(accessory=button(value="v" * n)),
    "button_url_max": lambda n: section(accessory=button(url=address(n))),
    "image_url_max": lambda n: image(image_url=address(n)),
    "image_alt_text_max": lambda n: image(alt_text="a" * n),
    "select_options_max": lambda n: select(options=options(n)),
    "select_option_groups_max": lambda n: select(
        option_groups=[{"label": plain(1), "options": [each]} for each in options(n)]
    ),
    "option_text_max": lambda n: select(options=[option(text=n)]),
    "option_value_max": lambda n: select(options=[option("v" * n)]),
    "placeholder_max": lambda n: select(options=options(1), placeholder=plain(n)),
    "overflow_options_max": lambda n: section(
        accessory={"type": "overflow", "action_id": "a", "options": options(n)}
    ),
    "confirm.title": lambda n: confirmed(title=plain(n)),
    "confirm.text": lambda n: confirmed(text=plain(n)),
    "confirm.confirm": lambda n: confirmed(confirm=plain(n)),
    "confirm.deny": lambda n: confirmed(deny=plain(n)),
    "view.title": lambda n: modal(title=plain(n)),
    "view.submit": lambda n: modal(submit=plain(n)),
    "view.close": lambda n: modal(close=plain(n)),
    "view.private_metadata": lambda n: modal(private_metadata="p" * n),
    "input_label_max": lambda n: modal(blocks=[typed(label=plain(n))]),
    "markdown_block_text_max": lambda n: message({"type": "markdown", "text": "x" * n}),
}
NOT_REFUSALS = {
    "message_text_truncated_at",
    "message_text_recommended_max",
    "cumulative_blocks_text_observed_limit",
}


def ours(key: str) -> int:
    """The twin's own figure for a key of the vendor's."""
    table, _, name = key.partition(".")
    found = getattr(limits, table.upper())
    value: int = found[name] if name else found
    return value


def send(slack: SlackTwin, client: WebClient, request: Request) -> Any:
    method, arguments = request
    if method == "views.open":
        arguments = {**arguments, "trigger_id": slack.ws.triggers.issue("U1")}
    try:
        return client.api_call(method, json=arguments)
    finally:
        for view in slack.views("U1"):
            slack.close(view)


@pytest.mark.parametrize("key", sorted(set(LIMITS) - NOT_REFUSALS))
def test_what_fits_is_taken_and_one_more_is_refused(
    slack: SlackTwin, client: WebClient, key: str
) -> None:
    assert key in SIZED, f"a new limit, {key}: say here how to exceed it"
    assert ours(key) == LIMITS[key]
    build = SIZED[key]
    assert send(slack, client, build(LIMITS[key]))["ok"]
    with pytest.raises(SlackApiError) as refused:
        send(slack, client, build(LIMITS[key] + 1))
    answer = refused.value.response
    word = "invalid_arguments" if build(1)[0] == "views.open" else "invalid_blocks"
    assert answer["error"] == word
    (complaint,) = answer["response_metadata"]["messages"]
    assert str(LIMITS[key] + ("items" not in complaint)) in complaint


def test_longer_text_is_cut_when_posted_and_refused_when_edited(
    slack: SlackTwin, client: WebClient
) -> None:
    cut = LIMITS["message_text_truncated_at"]
    assert ours("message_text_truncated_at") == cut
    posted = client.chat_postMessage(channel="C1", text="x" * (cut + 1))
    assert posted["warning"] == "message_truncated"
    assert len(posted["message"]["text"]) == cut

    most = LIMITS["message_text_recommended_max"]
    assert ours("message_text_recommended_max") == most
    client.chat_update(channel="C1", ts=posted["ts"], text="x" * most)
    with pytest.raises(SlackApiError, match="msg_too_long"):
        client.chat_update(channel="C1", ts=posted["ts"], text="x" * (most + 1))


def test_all_blocks_together_have_a_limit_of_their_own(slack: SlackTwin, client: WebClient) -> None:
    most = limits.CUMULATIVE_BLOCKS_TEXT_MAX
    assert f"{most:,} chars" in LIMITS["cumulative_blocks_text_observed_limit"]
    whole, rest = divmod(most, 3000)
    full = [{"type": "section", "text": mrkdwn(3000)}] * whole
    assert send(slack, client, message(*full, {"type": "section", "text": mrkdwn(rest)}))["ok"]
    with pytest.raises(SlackApiError, match="msg_blocks_too_long"):
        send(slack, client, message(*full, {"type": "section", "text": mrkdwn(rest + 1)}))


def test_every_method_has_the_vendors_tier() -> None:
    assert set(METHODS) <= set(TIERS)
    special = {name for name in METHODS if TIERS[name].startswith("SpecialTier")}
    assert special == {"chat.postMessage", *rates.SPECIAL}
    assert {name: f"Tier{rates.TIERS[name]}" for name in set(METHODS) - special} == {
        name: TIERS[name] for name in set(METHODS) - special
    }


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("tier", sorted(rates.PER_MINUTE))
def test_one_call_more_than_the_tier_allows_is_429(tier: int) -> None:
    clock = Clock()
    methods = [name for name, each in rates.TIERS.items() if each == tier]
    scopes = (*SCOPES, "channels:join", "reactions:write", "pins:write")
    with SlackTwin(clock=clock, app=App(scopes=scopes)) as slack, httpx.Client() as http:

        def call(name: str) -> httpx.Response:
            token = slack.app_token if name.startswith("apps.") else slack.bot_token
            return http.post(f"{slack.api_url}{name}", headers={"Authorization": f"Bearer {token}"})

        for name in methods:
            for _ in range(rates.PER_MINUTE[tier]):
                assert call(name).status_code == 200
            refused = call(name)
            assert refused.status_code == 429, name
            assert refused.json() == {"ok": False, "error": "ratelimited"}
            assert refused.headers["retry-after"] == "60"
        clock.now += 60
        for name in methods:
            assert call(name).status_code == 200


def test_one_channel_takes_one_message_a_second() -> None:
    clock = Clock()
    with SlackTwin(clock=clock) as slack:
        client = WebClient(token=slack.bot_token, base_url=slack.api_url)
        for _ in range(rates.POST_BURST):
            client.chat_postMessage(channel="C1", text="x")
        with pytest.raises(SlackApiError, match="ratelimited") as refused:
            client.chat_postMessage(channel="#ops-emergency", text="x")
        assert refused.value.response.status_code == 429
        assert refused.value.response.headers["Retry-After"] == "1"
        client.chat_postMessage(channel="U1", text="another channel")
        clock.now += 1
        client.chat_postMessage(channel="C1", text="x")


class Socket:
    """An app at the end of a Socket Mode connection that acks and keeps what it gets."""

    def __init__(self, slack: SlackTwin, client: WebClient) -> None:
        self.envelopes: list[dict[str, Any]] = []
        url = client.apps_connections_open(app_token=slack.app_token)["url"]
        self.hello: dict[str, Any] = {}
        self.thread = threading.Thread(target=self.run, args=(url,))
        self.thread.start()

    def run(self, url: str) -> None:
        with connect(url) as socket, suppress(ConnectionClosed):
            self.hello = json.loads(socket.recv(timeout=5))
            for text in socket:
                envelope = json.loads(text)
                self.envelopes.append(envelope)
                socket.send(json.dumps({"envelope_id": envelope["envelope_id"]}))


@pytest.fixture
def socket(slack: SlackTwin, client: WebClient) -> Iterator[Socket]:
    app = Socket(slack, client)
    slack.wait_for(lambda: slack.sockets.connected)
    yield app
    slack.sockets.cut()
    app.thread.join()


def merged(*samples: Any) -> Any:
    """One sample with the fields of all."""
    first = samples[0]
    if all(isinstance(each, dict) for each in samples):
        keys = {key for each in samples for key in each}
        return {key: merged(*[each[key] for each in samples if key in each]) for key in keys}
    if all(isinstance(each, list) for each in samples):
        inside = [item for each in samples for item in each]
        return [merged(*inside)] if inside else []
    return first


OPEN = {"values", "blocks", "errors"}
ABSENT = {"enterprise_id", "enterprise_name", "enterprise"}


def unlike(sent: Any, sample: Any, path: str = "") -> list[str]:
    """Fields that the sample does not have, or has with another type."""
    if sent is None:
        return []
    if isinstance(sample, dict) and isinstance(sent, dict):
        known = [key for key in sent if key in sample or not sample]
        strange = [f"{path}/{key} is not in the sample" for key in sent if key not in known]
        return strange + [
            line
            for key in known
            if key not in OPEN and sample
            for line in unlike(sent[key], sample[key], f"{path}/{key}")
        ]
    if isinstance(sample, list) and isinstance(sent, list):
        return [line for item in sent if sample for line in unlike(item, sample[0], f"{path}/0")]
    if type(sent) is not type(sample):
        return [f"{path} is {type(sent).__name__}, the sample has {type(sample).__name__}"]
    return []


def lacking(sent: Any, sample: Any, path: str = "") -> list[str]:
    """Fields that a sample recorded from Slack has and the twin did not send."""
    if isinstance(sample, dict) and isinstance(sent, dict):
        return [f"{path}/{key}" for key in sample if key not in sent and key not in ABSENT] + [
            line
            for key in sample
            if key in sent and key not in OPEN
            for line in lacking(sent[key], sample[key], f"{path}/{key}")
        ]
    if isinstance(sample, list) and isinstance(sent, list) and sample and sent:
        return lacking(sent[0], sample[0], f"{path}/0")
    return []


CARD = [
    {"type": "section", "text": mrkdwn(5)},
    {"type": "actions", "elements": [button(value="INC-1", style="primary")]},
]
FORM = {
    "type": "modal",
    "title": plain(4),
    "submit": plain(4),
    "close": plain(4),
    "callback_id": "note",
    "private_metadata": "INC-1",
    "notify_on_close": True,
    "blocks": [typed(block_id="words")],
}


def test_a_command_over_a_socket_is_the_recorded_envelope(slack: SlackTwin, socket: Socket) -> None:
    recorded = next(
        each for each in read("socket_mode_envelopes.json") if each["type"] == "slash_commands"
    )
    slack.command("U1", "/candlefish help")
    (sent,) = socket.envelopes
    assert socket.hello["type"] == "hello"
    assert set(sent) == set(recorded)
    assert (sent["type"], sent["accepts_response_payload"]) == ("slash_commands", True)
    assert not lacking(sent["payload"], recorded["payload"])
    assert not unlike(sent["payload"], read("inbound/SlashCommandPayload.json"))
    assert sent["payload"]["text"] == "help"


def test_a_click_is_the_recorded_block_action(
    slack: SlackTwin, client: WebClient, socket: Socket
) -> None:
    interactive = next(
        each for each in read("socket_mode_envelopes.json") if each["type"] == "interactive"
    )
    recorded = read("inbound/bolt_block_actions.json")
    sample = merged(read("inbound/BlockActionPayload.json"), recorded)
    ts = client.chat_postMessage(channel="C1", text="card", blocks=CARD)["ts"]
    card = next(each for each in slack.messages("C1") if each.ts == ts)
    card.click("a")
    (sent,) = socket.envelopes
    assert set(sent) == set(interactive)
    assert not lacking(sent["payload"], recorded)
    assert not unlike(sent["payload"], sample)
    assert sent["payload"]["actions"][0]["value"] == "INC-1"
    assert sent["payload"]["message"]["ts"] == ts


def test_a_modal_sent_and_closed_is_the_recorded_submission(
    slack: SlackTwin, client: WebClient, socket: Socket
) -> None:
    recorded = read("inbound/bolt_view_submission.json")
    sample = merged(read("inbound/ViewSubmissionPayload.json"), recorded)
    client.views_open(trigger_id=slack.ws.triggers.issue("U2"), view=FORM)
    assert slack.modal("U2").submit(a="words") == ""
    sent = socket.envelopes[-1]["payload"]
    assert not lacking(sent, recorded)
    assert not unlike(sent, sample)
    state = {"words": {"a": {"type": "plain_text_input", "value": "words"}}}
    assert sent["view"]["state"]["values"] == state

    client.views_open(trigger_id=slack.ws.triggers.issue("U2"), view=FORM)
    slack.modal("U2").close()
    sent = socket.envelopes[-1]["payload"]
    assert not unlike(sent, merged(read("inbound/ViewClosedPayload.json"), sample))
    assert sent["type"] == "view_closed"


@pytest.mark.parametrize(
    ("act", "name"),
    [
        (lambda slack: slack.open_home("U1"), "AppHomeOpenedPayload.json"),
        (lambda slack: slack.say("U1", "@candlefish status"), "AppMentionPayload.json"),
    ],
)
def test_an_event_is_the_vendors_event(
    slack: SlackTwin, socket: Socket, act: Callable[[SlackTwin], object], name: str
) -> None:
    act(slack)
    assert slack.courier.settle()
    (envelope,) = socket.envelopes
    sent = envelope["payload"]
    assert envelope["retry_attempt"] == 0
    assert not unlike(sent, read(f"inbound/{name}"))
    required = read("slack_common_event_wrapper_schema.json")["required"]
    assert set(required) <= set(sent)
    assert sent["event"]["type"] == read(f"inbound/{name}")["event"]["type"]


ANSWERS = {
    "apps.connections.open": {},
    "auth.test": {},
    "chat.getPermalink": {"channel": "C1", "message_ts": "TS"},
    "chat.postEphemeral": {"channel": "C1", "user": "U1", "text": "t"},
    "conversations.create": {"name": "inc-1"},
    "conversations.info": {"channel": "C1", "include_num_members": True},
    "conversations.members": {"channel": "C1"},
    "files.getUploadURLExternal": {"filename": "graph.png", "length": 3},
    "usergroups.users.list": {"usergroup": "S012"},
    "users.lookupByEmail": {"email": "ada@candlefish.example"},
    "chat.delete": {"channel": "C1", "ts": "TS"},
}


@pytest.mark.parametrize("method", ANSWERS)
def test_answers_have_the_fields_of_the_vendors_samples(
    slack: SlackTwin, client: WebClient, method: str
) -> None:
    ts = client.chat_postMessage(channel="C1", text="t")["ts"]
    arguments = {key: ts if value == "TS" else value for key, value in ANSWERS[method].items()}
    token = slack.app_token if method.startswith("apps.") else slack.bot_token
    answer = WebClient(token=token, base_url=slack.api_url).api_call(method, json=arguments)
    assert not unlike(answer.data, read(f"api_samples/{method}.json"))


def test_several_people_may_act_at_once(slack: SlackTwin, socket: Socket) -> None:
    with ThreadPoolExecutor(4) as pool:
        people = ("U1", "U2", "U3", "U4")
        list(pool.map(lambda user: slack.command(user, "/candlefish help"), people))
    assert {each["payload"]["user_id"] for each in socket.envelopes} == set(people)
