"""apps.connections.open: where to open a Socket Mode connection."""

from sandbox.slack.api.registry import Token, method
from sandbox.slack.call import Call
from sandbox.slack.errors import Json
from sandbox.slack.workspace import Workspace


@method("apps.connections.open", scope="connections:write", token=Token.APP)
def open_connection(ws: Workspace, call: Call) -> Json:
    address = ws.root.replace("http://", "ws://", 1)
    ticket = ws.socket_tickets.issue()
    return {"url": f"{address}/link/?ticket={ticket}&app_id={ws.app.id}"}
