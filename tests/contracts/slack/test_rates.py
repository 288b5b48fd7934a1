"""How often Slack may be called, by the vendor's tiers."""

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.slack import rates
from sandbox.slack.api import METHODS
from sandbox.slack.app import SCOPES, App
from sandbox.slack.server import SlackTwin
from tests.contracts.slack.samples import read

TIERS = read("rate_limit_tiers.json")


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
