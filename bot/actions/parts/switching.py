"""What the ways of moving traffic between two colours share; each reads and writes its own door."""

from typing import Self

import msgspec

from bot.actions.parts.looks import conflict
from bot.domain.errors import GiveUp
from bot.ports.action import Found, Standing


class Colours(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The two by the names that the traffic knows them by, and their Deployments.

    The templates are the hashes of what was agreed on, or empty: any build will do.
    """

    before: str
    after: str
    before_deployment: str
    after_deployment: str
    before_template: str = ""
    after_template: str = ""

    def swapped(self) -> Self:
        return msgspec.structs.replace(
            self,
            before=self.after,
            after=self.before,
            before_deployment=self.after_deployment,
            after_deployment=self.before_deployment,
            before_template=self.after_template,
            after_template=self.before_template,
        )


def to_do(found: Found) -> bool:
    """Whether it is still to be switched; raises `GiveUp` where it must not be."""
    if found.standing is Standing.CONFLICT:
        raise GiveUp(found.seen)
    return found.standing is Standing.NOT_DONE


def stayed(found: Found, switch: str, colours: Colours) -> Found:
    """What a switch that was made is found as later: one that is not done was taken back."""
    if found.standing is Standing.NOT_DONE:
        return conflict(f"somebody switched {switch} back to {colours.before}")
    return found


def outage(switch: str, colours: Colours) -> Found:
    return conflict(
        f"no pod of {colours.after_deployment} is ready: switching {switch} there would be an "
        "outage"
    )
