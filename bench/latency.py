"""How soon Slack hears of a new alert, and how soon a slash command is answered in a storm."""

import http.client
import multiprocessing
import time
from urllib.parse import urlencode

from bench import payloads
from bench.load import measure, paced
from bench.report import Figures
from bench.served import Served, served
from sandbox.servers.loopback import HOST
from sandbox.slack.server import SlackTwin
from sandbox.slack.signing import signed_headers

ALERTS, EVERY = 25, 1.2  # one card a second is what Slack allows
STORM, STORM_SECONDS = 2_000, 15.0  # alerts a second
COMMANDS = 200
_FORM = "application/x-www-form-urlencoded"


def run(figures: Figures, rounds: int) -> None:
    for _ in range(rounds):
        with SlackTwin() as slack, served(_slack(slack)) as bot:
            _to_slack(figures, slack, bot)
            _in_a_storm(figures, slack, bot)


def _slack(slack: SlackTwin) -> dict[str, str]:
    return {
        "CANDLEFISH_SLACK_API_URL": slack.api_url,
        "CANDLEFISH_SLACK_BOT_TOKEN": slack.bot_token,
        "CANDLEFISH_SLACK_SIGNING_SECRETS": slack.signing_secret,
    }


def _to_slack(figures: Figures, slack: SlackTwin, bot: Served) -> None:
    """From the webhook's first byte to the arrival of its card at Slack's door."""
    waits = []
    for _ in range(ALERTS):
        before = len(slack.journal.calls("chat.postMessage"))
        request, began = payloads.single(), time.time()
        measure(bot.port, [request], connections=1)
        slack.wait_for(lambda n=before: len(slack.journal.calls("chat.postMessage")) > n, EVERY * 5)
        waits.append((slack.journal.calls("chat.postMessage")[before].at - began) * 1000)
        time.sleep(EVERY)
    waits.sort()
    figures.add("Webhook to the Slack request, idle, p50 ms", waits[len(waits) // 2])
    figures.add("Webhook to the Slack request, idle, worst ms", waits[-1])


def _in_a_storm(figures: Figures, slack: SlackTwin, bot: Served) -> None:
    """Slash commands while alerts come in, 64 to a webhook."""
    storm = multiprocessing.Process(target=_storm, args=(bot.port,))
    storm.start()
    time.sleep(1)
    waits = sorted(_command(slack, bot) for _ in range(COMMANDS))
    storm.join()
    figures.add("Slash command in 2,000 alerts/s, p50 ms", waits[len(waits) // 2])
    figures.add("Slash command in 2,000 alerts/s, p99 ms", waits[int(len(waits) * 0.99)])


def _storm(port: int) -> None:
    size = 64
    webhooks = [payloads.group(size) for _ in range(int(STORM * STORM_SECONDS / size))]
    paced(port, webhooks, per_second=STORM / size)


def _command(slack: SlackTwin, bot: Served) -> float:
    """Milliseconds until the answer."""
    form = {
        "command": "/candlefish", "text": "status", "user_id": "U1", "team_id": "T1",
        "channel_id": "C1", "channel_name": "ops-emergency", "user_name": "ada",
        "trigger_id": f"bench.{time.time_ns()}", "response_url": f"{slack.url}/nowhere",
    }  # fmt: skip
    body = urlencode(form).encode()
    headers = {"Content-Type": _FORM, **signed_headers(slack.signing_secret, body, time.time())}
    began = time.perf_counter()
    connection = http.client.HTTPConnection(HOST, bot.port, timeout=10)
    connection.request("POST", "/slack/events", body, headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    if answer.status != http.client.OK:
        raise SystemExit(f"a slash command was answered {answer.status}")
    return (time.perf_counter() - began) * 1000
