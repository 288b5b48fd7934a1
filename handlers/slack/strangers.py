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


def is_stranger(said: Command | Click | Submission) -> bool:
    if isinstance(said, Command):
        return said.user_id == _SLACKS_OWN
    if said.user.id == _SLACKS_OWN:
        return True
    both = (said.user.team_id, said.team.id if said.team else None)
    return all(both) and both[0] != both[1]
