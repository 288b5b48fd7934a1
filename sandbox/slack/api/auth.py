"""auth.test: who the token belongs to."""

from sandbox.slack.api.registry import method
from sandbox.slack.call import Call
from sandbox.slack.errors import Json
from sandbox.slack.people import TEAM_ID, TEAM_NAME
from sandbox.slack.workspace import Workspace


@method("auth.test")
def test(ws: Workspace, call: Call) -> Json:
    return {
        "url": f"{ws.root}/",
        "team": TEAM_NAME,
        "user": ws.person(ws.app.user_id).name,
        "team_id": TEAM_ID,
        "user_id": ws.app.user_id,
        "bot_id": ws.app.bot_id,
        "is_enterprise_install": False,
    }
