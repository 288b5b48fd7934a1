"""An action as an operation carries it out: look, rehearse, act, wait until it is so."""

from dataclasses import dataclass
from typing import Any

import msgspec

from bot.actions.registry import ACTIONS
from bot.ports.action import Found, Standing
from tests.cluster.place import Place


@dataclass(frozen=True, kw_only=True)
class Step:
    place: Place
    action: str
    args: Any
    key: str = "op:1:1/step"

    def probe(self) -> Found:
        return ACTIONS[self.action].probe(self.place.world, self.args, self.key)

    def act(self) -> None:
        ACTIONS[self.action].act(self.place.world, self.args, self.key)

    def verify(self) -> Found:
        return ACTIONS[self.action].verify(self.place.world, self.args, self.key)

    def carry_out(self) -> None:
        """A rehearsal changes nothing, and acting again after it is done does not either."""
        assert self.probe().standing is Standing.NOT_DONE, self.probe().seen
        ACTIONS[self.action].rehearse(self.place.world, self.args)
        assert self.probe().standing is Standing.NOT_DONE, self.probe().seen
        self.act()
        self.place.until(self.is_verified)
        self.act()
        assert self.probe().standing is Standing.DONE, self.probe().seen

    def is_verified(self) -> bool:
        found = self.verify()
        assert found.standing is not Standing.CONFLICT, found.seen
        return found.standing is Standing.DONE

    def undone(self) -> "Step":
        back = ACTIONS[self.action].undo(self.args)
        assert back is not None
        args = msgspec.convert(dict(back.args), ACTIONS[back.action].args)
        return Step(place=self.place, action=back.action, args=args, key=f"{self.key}/undo")
