"""Slack's rate limits: a tier per method, and one message a second in each channel.

A tier allows so many calls in any sixty seconds (Slack tolerates bursts above it without saying
how large, so the twin tolerates none). `chat.postMessage` has its own rule: one a second in a
channel, with a burst of `POST_BURST` saved up by silence.
"""

import math
from collections import deque
from collections.abc import Callable, Mapping

WINDOW = 60.0
PER_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100}
POST_BURST = 4
POSTS_PER_SECOND = 1.0

TIERS: Mapping[str, int] = {
    "apps.connections.open": 1,
    "chat.delete": 3,
    "chat.postEphemeral": 4,
    "chat.update": 3,
    "conversations.create": 2,
    "conversations.history": 3,
    "conversations.info": 3,
    "conversations.invite": 3,
    "conversations.join": 3,
    "conversations.list": 2,
    "conversations.members": 4,
    "conversations.replies": 3,
    "files.completeUploadExternal": 4,
    "files.getUploadURLExternal": 4,
    "pins.add": 2,
    "reactions.add": 3,
    "usergroups.list": 2,
    "usergroups.users.list": 2,
    "users.info": 4,
    "users.list": 2,
    "users.lookupByEmail": 3,
    "views.open": 4,
    "views.publish": 4,
    "views.push": 4,
    "views.update": 4,
}

# "Hundreds of calls per minute" is all that Slack says of these.
SPECIAL: Mapping[str, int] = {"auth.test": 300, "chat.getPermalink": 300}


class Meter:
    """Counts calls of one app in one workspace; not thread-safe, its owner locks."""

    def __init__(self, clock: Callable[[], float], allow: Mapping[str, int] | None = None) -> None:
        """`allow` replaces the calls per minute of single methods."""
        self._clock = clock
        self._allow = dict(allow or {})
        self._calls: dict[str, deque[float]] = {}
        self._posts: dict[str, tuple[float, float]] = {}

    def refuse_for(self, method: str, channel: str = "") -> int | None:
        """Seconds to wait before this call would be let in, or None: it is in, and counted."""
        if method == "chat.postMessage" and method not in self._allow:
            return self._post(channel)
        limit = self._allow.get(method) or SPECIAL.get(method)
        if limit is None:
            limit = PER_MINUTE[TIERS[method]]
        return self._window(method, limit)

    def _window(self, method: str, limit: int) -> int | None:
        now = self._clock()
        calls = self._calls.setdefault(method, deque())
        while calls and calls[0] <= now - WINDOW:
            calls.popleft()
        if len(calls) >= limit:
            return max(1, math.ceil(calls[0] + WINDOW - now))
        calls.append(now)
        return None

    def _post(self, channel: str) -> int | None:
        now = self._clock()
        saved, since = self._posts.get(channel, (float(POST_BURST), now))
        saved = min(POST_BURST, saved + (now - since) * POSTS_PER_SECOND)
        if saved < 1:
            self._posts[channel] = (saved, now)
            return max(1, math.ceil((1 - saved) / POSTS_PER_SECOND))
        self._posts[channel] = (saved - 1, now)
        return None
