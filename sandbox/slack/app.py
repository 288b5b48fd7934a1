"""The app as Slack has it registered: its identity, tokens, scopes, commands and events."""

from dataclasses import dataclass

from sandbox.slack.errors import Json
from sandbox.slack.people import TEAM_ID, Person

SCOPES = (
    "commands",
    "chat:write",
    "channels:history",
    "channels:read",
    "channels:manage",
    "files:write",
    "users:read",
    "users:read.email",
    "usergroups:read",
)


@dataclass(frozen=True, kw_only=True)
class App:
    id: str = "A1"
    name: str = "Candlefish"
    user_id: str = "UBOT"
    bot_id: str = "B1"
    bot_token: str = "xoxb-sandbox-bot"  # noqa: S105 -- opens nothing but this twin
    app_token: str = "xapp-1-sandbox-app"  # noqa: S105 -- opens nothing but this twin
    signing_secret: str = "sandbox-signing-secret"  # noqa: S105 -- signs for this twin only
    scopes: tuple[str, ...] = SCOPES
    commands: tuple[str, ...] = ("/candlefish",)
    events: frozenset[str] = frozenset({"app_home_opened", "app_mention"})
    escapes_names: bool = False
    """Whether commands carry `<@U2|grace>` for `@grace`: the manifest's `should_escape`."""

    def as_person(self) -> Person:
        return Person(id=self.user_id, name=self.name.lower(), real_name=self.name, is_bot=True)

    def profile(self) -> Json:
        return {
            "id": self.bot_id,
            "app_id": self.id,
            "name": self.name,
            "deleted": False,
            "updated": 0,
            "team_id": TEAM_ID,
            "icons": {},
        }
