"""Who answers which verb."""

from collections.abc import Callable, Mapping

from bot.domain.verbs.reply import Reply
from bot.flows.verbs import (
    changing,
    declare,
    deploys,
    escalate,
    grouping,
    help,  # noqa: A004 - the file is named for its verb
    incident,
    looking,
    oncall,
    operation,
    role,
    silence,
    status,
    timeline,
)
from bot.flows.verbs.question import Question

ANSWERERS: Mapping[str, Callable[[Question], Reply]] = {
    "menu": looking.menu,
    "help": help.help_,
    "status": status.status,
    "incident declare": declare.declare,
    "incident list": looking.list_open,
    "incident show": looking.show,
    "incident ack": incident.ack,
    "incident mitigate": incident.mitigate,
    "incident resolve": incident.resolve,
    "incident reopen": incident.reopen,
    "incident note": incident.note,
    "incident severity": incident.severity,
    "incident role": role.role,
    "incident merge": grouping.merge,
    "incident split": grouping.split_off,
    "escalate": escalate.escalate,
    "timeline": timeline.timeline,
    "silence": silence.silence,
    "oncall": oncall.oncall,
    "deploys": deploys.deploys,
    "rollback": changing.rollback,
    "restart": changing.restart,
    "scale": changing.scale,
    "freeze": changing.freeze,
    "unfreeze": changing.unfreeze,
    "operation list": operation.list_all,
    "operation show": operation.show,
    "operation approve": operation.approve,
    "operation cancel": operation.cancel,
    "operation revert": operation.revert,
    "operation next": operation.go_on,
    "operation close": operation.close,
}
