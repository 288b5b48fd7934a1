"""The environment that makes a normal Candlefish the demo's: nothing else about it differs."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.demo.ports import Ports

_HOME = Path(__file__).parents[2]
_FOREIGN = ("CANDLEFISH_", "AWS_", "KUBE")


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """Made for each run, so that nothing of one demo opens another."""

    alertmanager: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    slack_bot: str = field(default_factory=lambda: f"xoxb-{secrets.token_hex(16)}", repr=False)
    slack_signing: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)


def bot_environment(
    base: Mapping[str, str],
    ports: Ports,
    tokens: Tokens,
    *,
    data: Path,
    routes: Path,
    monitored: bool,
    vendors: Mapping[str, str],
) -> dict[str, str]:
    """`base` without a Candlefish or a cloud account of its own.

    `monitored` says that real monitoring runs, `vendors` is what leads to the others.
    """
    own = {key: value for key, value in base.items() if not key.startswith(_FOREIGN)}
    settings = {
        "DATA_DIR": str(data),
        "ROUTES_DIR": str(routes),
        "PORT": str(ports.bot),
        "BASE_URL": ports.url("bot"),
        "OPEN_PAGES": "true",
        "ALERTMANAGER_TOKENS": tokens.alertmanager,
        "SLACK_BOT_TOKEN": tokens.slack_bot,
        "SLACK_SIGNING_SECRETS": tokens.slack_signing,
        "SLACK_API_URL": f"{ports.url('slack')}/api/",
        "SLACK_CHANNEL": "#ops-emergency",
    }
    if monitored:
        settings["PROMETHEUS_URL"] = ports.url("prometheus")
        settings["ALERTMANAGER_URL"] = ports.url("alertmanager")
    paths = [str(_HOME), *filter(None, [base.get("PYTHONPATH")])]
    loopback = {"NO_PROXY": "127.0.0.1,localhost", "no_proxy": "127.0.0.1,localhost"}
    named = {f"CANDLEFISH_{key}": value for key, value in settings.items()}
    return own | loopback | {"PYTHONPATH": ":".join(paths)} | named | dict(vendors)
