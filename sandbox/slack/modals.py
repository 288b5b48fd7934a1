"""The views people have open: a stack of up to three modals each, and their App Home."""

from dataclasses import replace

from sandbox.slack.elements_state import state_values
from sandbox.slack.errors import Json, SlackError
from sandbox.slack.feed import Feed
from sandbox.slack.limits import MODAL_STACK_MAX
from sandbox.slack.stamps import Stamps
from sandbox.slack.stored import spelt_out, stored
from sandbox.slack.view import View


class Modals:
    def __init__(self, feed: Feed, stamps: Stamps) -> None:
        self._feed = feed
        self._stamps = stamps
        self._stacks: dict[str, list[View]] = {}
        self._homes: dict[str, View] = {}

    def stack(self, user: str) -> list[View]:
        """The open modals, the visible one last."""
        with self._feed.lock:
            return list(self._stacks.get(user, ()))

    def top(self, user: str) -> View | None:
        stack = self.stack(user)
        return stack[-1] if stack else None

    def home(self, user: str) -> View | None:
        return self._homes.get(user)

    def get(self, *, view_id: str = "", external_id: str = "") -> View:
        with self._feed.lock:
            views = [*self._homes.values(), *(v for each in self._stacks.values() for v in each)]
        for view in views:
            if view_id == view.id or (external_id and external_id == view.external_id):
                return view
        raise SlackError("not_found")

    def open(self, user: str, payload: Json) -> View:
        """Puts it on top; anything already open stays beneath."""
        with self._feed.lock:
            stack = self._stacks.setdefault(user, [])
            if len(stack) >= MODAL_STACK_MAX:
                raise SlackError("push_limit_reached")
            self._refuse_double(payload)
            view = self._make(user, payload)
            root = stack[0].id if stack else view.id
            previous = stack[-1].id if stack else None
            view = replace(view, root=root, previous=previous)
            stack.append(view)
            self._feed.changed(user)
            return view

    def update(self, view: View, payload: Json) -> View:
        """New content in the same place; what was typed in blocks that stay is kept."""
        picked = {
            block: {action: _raw(state) for action, state in actions.items()}
            for block, actions in view.values.items()
        }
        made = self._make(view.user, payload)
        kept = {each["block_id"]: picked.get(each["block_id"], {}) for each in made.blocks}
        new = replace(made, id=view.id, root=view.root, previous=view.previous)
        try:
            new = replace(new, values=state_values(new.blocks, kept))
        except SlackError:  # an option that was chosen is no longer offered
            new = replace(new, values=state_values(new.blocks, {}))
        self.put(new)
        return new

    def put(self, view: View) -> None:
        with self._feed.lock:
            if view.type == "home":
                self._homes[view.user] = view
            else:
                stack = self._stacks.get(view.user, [])
                self._stacks[view.user] = [view if v.id == view.id else v for v in stack]
            self._feed.changed(view.user)

    def publish(self, user: str, payload: Json) -> View:
        with self._feed.lock:
            before = self._homes.get(user)
            view = self._make(user, payload)
            identity = before.id if before else view.id
            view = replace(view, id=identity, root=identity)
            self.put(view)
            return view

    def close(self, view: View, *, everything: bool = False) -> list[View]:
        """Takes this view (and what lies on it), or the whole stack, away; says what went."""
        with self._feed.lock:
            stack = self._stacks.get(view.user, [])
            places = [index for index, each in enumerate(stack) if each.id == view.id]
            if not places:
                return []
            keep = 0 if everything else places[0]
            self._stacks[view.user], gone = stack[:keep], stack[keep:]
            self._feed.changed(view.user)
            return gone

    def _refuse_double(self, payload: Json) -> None:
        external = payload.get("external_id")
        views = [view for each in self._stacks.values() for view in each]
        if external and any(external == view.external_id for view in views):
            raise SlackError("duplicate_external_id")

    def _make(self, user: str, payload: Json) -> View:
        fields = {
            name: spelt_out(payload[name])
            for name in (
                "title",
                "submit",
                "close",
                "private_metadata",
                "callback_id",
                "external_id",
                "clear_on_close",
                "notify_on_close",
            )
            if name in payload
        }
        blocks = stored(payload["blocks"], self._stamps)
        identity = self._stamps.id("V")
        stamp = f"{int(self._stamps.now())}.{self._stamps.secret()[:8]}"
        return View(
            id=identity,
            user=user,
            hash=stamp,
            type=payload["type"],
            blocks=blocks,
            values=state_values(blocks, {}),
            root=identity,
            **fields,
        )


def _raw(state: Json) -> object:
    """The plain value within a state, as `state_values` takes it."""
    for key, value in state.items():
        if key == "selected_option":
            return value and value["value"]
        if key == "selected_options":
            return [each["value"] for each in value]
        if key != "type":
            return value
    return None
