"""What Slack sends, field by field: as much of it as is read here, and in no other form.

Bolt takes the types of fields for granted and raises on others, so only these go on to it.
"""

from typing import Annotated, Any

from msgspec import Meta, Struct

UserId = Annotated[str, Meta(pattern=r"^[UW][A-Z0-9]{0,30}\Z")]
Id = Annotated[str, Meta(pattern=r"^[A-Z0-9]{1,32}\Z")]


class User(Struct, frozen=True, kw_only=True):
    id: UserId
    team_id: str | None = None


class Team(Struct, frozen=True, kw_only=True):
    id: str
    enterprise_id: str | None = None


class Channel(Struct, frozen=True, kw_only=True):
    id: Id


class Option(Struct, frozen=True, kw_only=True):
    value: str = ""


class Action(Struct, frozen=True, kw_only=True):
    action_id: str
    block_id: str = ""
    type: str = ""
    value: str | None = None
    selected_option: Option | None = None
    action_ts: str = ""

    @property
    def picked(self) -> str:
        """What the button stands for, or which option was chosen."""
        return self.selected_option.value if self.selected_option else self.value or ""


class Container(Struct, frozen=True, kw_only=True):
    type: str = ""
    is_ephemeral: bool = False


class Input(Struct, frozen=True, kw_only=True):
    value: str | None = None
    selected_option: Option | None = None
    selected_options: list[Option] = []

    @property
    def given(self) -> str:
        """What was typed, picked, or ticked: of our ticks there is one at a time."""
        picked = self.selected_option or next(iter(self.selected_options), None)
        return (picked.value if picked else self.value) or ""


class FormState(Struct, frozen=True, kw_only=True):
    values: dict[str, dict[str, Input]] = {}


class View(Struct, frozen=True, kw_only=True):
    id: str
    type: str = ""
    callback_id: str = ""
    private_metadata: str = ""
    state: FormState | None = None


class Command(Struct, frozen=True, kw_only=True):
    """A slash command; the one kind that has no `type`."""

    command: str
    user_id: UserId
    channel_id: Id
    text: str = ""
    team_id: str = ""
    trigger_id: str = ""
    response_url: str = ""


class Click(Struct, frozen=True, kw_only=True, tag="block_actions"):
    user: User
    actions: Annotated[list[Action], Meta(min_length=1)]
    container: Container = Container()
    team: Team | None = None
    channel: Channel | None = None
    view: View | None = None
    trigger_id: str = ""
    response_url: str = ""


class Submission(Struct, frozen=True, kw_only=True, tag="view_submission"):
    user: User
    view: View
    team: Team | None = None
    trigger_id: str = ""


class Happening(Struct, frozen=True, kw_only=True):
    """`user` is a person's id in the one event that is acted upon; elsewhere it may be anything."""

    type: str
    user: Any = None
    tab: str = ""


class Event(Struct, frozen=True, kw_only=True, tag="event_callback"):
    event: Happening
    event_id: str
    team_id: str = ""


class Other(Struct, frozen=True, kw_only=True):
    """Authentic, and nothing that we act upon: a shortcut, a closed form, a rate-limit notice."""

    type: str = ""


class Challenge(Struct, frozen=True, kw_only=True, tag="url_verification"):
    """Slack's question when the request URL is entered."""

    challenge: str


class SslCheck(Struct, frozen=True, kw_only=True):
    """Slack's look at our certificate."""


Said = Command | Click | Submission | Event | Other | Challenge | SslCheck
