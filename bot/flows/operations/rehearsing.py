"""P12: every write of a plan, tried as a dry run before anybody is asked to approve it."""

from collections.abc import Sequence

import msgspec

from bot.actions.registry import ACTIONS
from bot.domain.errors import GiveUp, Refused, Unavailable
from bot.domain.operations import prechecks
from bot.domain.operations.check import Check
from bot.domain.operations.plan import Step
from bot.ports.trouble import Overtaken
from bot.ports.world import World


def rehearse(world: World, component: str, steps: Sequence[Step]) -> Check:
    """An optional step that would not go is told, and stops nothing."""
    refused: dict[str, str] = {}
    untold: dict[str, str] = {}
    for step in steps:
        action = ACTIONS[step.action]
        args = msgspec.convert(dict(step.args), action.args)
        try:
            action.rehearse(world, args)
        except (Refused, GiveUp) as error:
            (untold if step.optional else refused)[step.name] = str(error)
        except Unavailable as error:
            untold[step.name] = str(error)
        except Overtaken as error:
            untold[step.name] = str(error) or "somebody else changes it right now"
    return prechecks.rehearsal(component, refused, untold)
