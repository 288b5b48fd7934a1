"""What our Slack app is: the scopes it needs, and the manifest that asks for them."""

from typing import Any

COMMAND = "/candlefish"
SCOPES = (
    "channels:history", "channels:manage", "channels:read", "chat:write", "commands",
    "files:write", "usergroups:read", "users:read", "users:read.email",
)  # fmt: skip
EVENTS = ("app_home_opened",)


def manifest(base_url: str, *, socket_mode: bool) -> dict[str, Any]:
    """For "Create New App, From a manifest"; with Socket Mode no address of ours is needed."""
    address = {} if socket_mode else {"request_url": f"{base_url.rstrip('/')}/slack/events"}
    command = {
        "command": COMMAND,
        "description": "Incidents: see, acknowledge, escalate, resolve",
        "usage_hint": "help",
        "should_escape": True,
    }
    if not socket_mode:
        command["url"] = address["request_url"]
    return {
        "display_information": {
            "name": "Candlefish",
            "description": "The incident bot that on-call engineers trust at 03:00",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": False,
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": "candlefish", "always_online": True},
            "slash_commands": [command],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {**address, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **address},
            "org_deploy_enabled": False,
            "socket_mode_enabled": socket_mode,
            "token_rotation_enabled": False,
        },
    }
