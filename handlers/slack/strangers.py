"""Who is not of this workspace: whoever Slack Connect or another organisation lets near it.

Slack names the workspace of a click and that of its person. Guests, bots and accounts of other
workspaces that Slack knows us to be no part of are barred by the bot itself, on every surface.
"""

from handlers.slack.shapes import Click, Command, Submission

STRANGER = (
    "Candlefish answers people of its own workspace only, and your account belongs to another. "
    "Ask somebody there to do it."
)
_SLACKS_OWN = "USLACKBOT"


def is_stranger(said: Command | Click | Submission, ours: str | None) -> bool:
    """`ours` is our workspace; until Slack told us which, the two that a click names must agree."""
    teams: set[str | None] = {ours}
    if isinstance(said, Command):
        user = said.user_id
        teams.add(said.team_id)
    else:
        user = said.user.id
        teams |= {said.user.team_id, said.team.id if said.team else None}
    return user == _SLACKS_OWN or len(teams - {None, ""}) > 1
