"""A conversation: a channel, or one person's direct messages with the app."""

from dataclasses import dataclass

from sandbox.slack.errors import Json
from sandbox.slack.people import TEAM_ID


@dataclass(frozen=True, kw_only=True)
class Channel:
    id: str
    name: str
    created: int
    members: frozenset[str] = frozenset()
    creator: str = ""
    is_private: bool = False
    is_im: bool = False
    is_archived: bool = False
    topic: str = ""

    def visible_to(self, user: str) -> bool:
        return user in self.members or not (self.is_private or self.is_im)

    def as_api(self, user: str) -> Json:
        """As `user` would be told of it."""
        common: Json = {
            "id": self.id,
            "created": self.created,
            "is_archived": self.is_archived,
            "is_im": self.is_im,
            "is_org_shared": False,
            "context_team_id": TEAM_ID,
            "updated": self.created * 1000,
        }
        if self.is_im:
            other = next((member for member in self.members if member != user), user)
            return {**common, "user": other}
        words = {"value": self.topic, "creator": self.creator, "last_set": 0}
        return {
            **common,
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": not self.is_private,
            "is_group": self.is_private,
            "is_mpim": False,
            "is_private": self.is_private,
            "is_general": self.name == "general",
            "is_shared": False,
            "is_ext_shared": False,
            "is_pending_ext_shared": False,
            "pending_shared": [],
            "shared_team_ids": [TEAM_ID],
            "previous_names": [],
            "unlinked": 0,
            "creator": self.creator,
            "is_member": user in self.members,
            "topic": words,
            "purpose": {**words, "value": ""},
        }
