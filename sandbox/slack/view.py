"""A modal or an App Home, as it is stored and as Slack shows it to the app."""

from dataclasses import dataclass, field

from sandbox.slack.app import App
from sandbox.slack.errors import Json
from sandbox.slack.people import TEAM_ID


@dataclass(frozen=True, kw_only=True)
class View:
    id: str
    user: str
    hash: str
    type: str
    blocks: tuple[Json, ...]
    title: Json | None = None
    submit: Json | None = None
    close: Json | None = None
    private_metadata: str = ""
    callback_id: str = ""
    external_id: str = ""
    clear_on_close: bool = False
    notify_on_close: bool = False
    values: Json = field(default_factory=dict)
    errors: Json = field(default_factory=dict)
    root: str = ""
    previous: str | None = None

    def as_api(self, app: App) -> Json:
        return {
            "id": self.id,
            "team_id": TEAM_ID,
            "type": self.type,
            "blocks": list(self.blocks),
            "private_metadata": self.private_metadata,
            "callback_id": self.callback_id,
            "state": {"values": self.values},
            "hash": self.hash,
            "title": self.title or {"type": "plain_text", "text": app.name, "emoji": True},
            "clear_on_close": self.clear_on_close,
            "notify_on_close": self.notify_on_close,
            "close": self.close,
            "submit": self.submit,
            "previous_view_id": self.previous,
            "root_view_id": self.root,
            "app_id": app.id,
            "external_id": self.external_id,
            "app_installed_team_id": TEAM_ID,
            "bot_id": app.bot_id,
        }
