"""users.* and usergroups.*: who is who."""

from sandbox.slack.api.paging import page
from sandbox.slack.api.registry import method
from sandbox.slack.call import Call
from sandbox.slack.errors import Json, SlackError
from sandbox.slack.people import Person
from sandbox.slack.workspace import Workspace


def told(ws: Workspace, person: Person) -> Json:
    return person.as_api(with_email="users:read.email" in ws.app.scopes)


@method("users.info", scope="users:read")
def info(ws: Workspace, call: Call) -> Json:
    return {"user": told(ws, ws.person(call.text("user")))}


@method("users.list", scope="users:read")
def list_all(ws: Workspace, call: Call) -> Json:
    members, cursor = page(call, [told(ws, each) for each in ws.people.values()], default=1000)
    return {
        "members": members,
        "cache_ts": int(ws.stamps.now()),
        "response_metadata": {"next_cursor": cursor},
    }


@method("users.lookupByEmail", scope="users:read.email")
def lookup_by_email(ws: Workspace, call: Call) -> Json:
    email = call.text("email").lower()
    for person in ws.people.values():
        if email and person.email.lower() == email and not person.deleted:
            return {"user": told(ws, person)}
    raise SlackError("users_not_found")


@method("usergroups.list", scope="usergroups:read")
def usergroups(ws: Workspace, call: Call) -> Json:
    return {
        "usergroups": [
            group.as_api(with_users=call.flag("include_users"))
            for group in ws.usergroups.values()
            if not group.disabled or call.flag("include_disabled")
        ]
    }


@method("usergroups.users.list", scope="usergroups:read")
def usergroup_users(ws: Workspace, call: Call) -> Json:
    call.need("usergroup")
    group = ws.group(call.text("usergroup"))
    if group.disabled and not call.flag("include_disabled"):
        return {"users": []}
    return {"users": list(group.users)}
