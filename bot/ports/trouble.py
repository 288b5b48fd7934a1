"""What a vendor may answer besides what was asked for; see also `bot.domain.errors`."""

from bot.domain.errors import Unavailable


class RateLimited(Unavailable):
    """The vendor asked for a pause; `retry_after` is its own word, in seconds."""


class TimedOut(Unavailable):
    """The vendor was asked, and took longer than it may."""


class Gone(Exception):
    """The message that was to be changed is not there any more."""


class Expired(Exception):
    """The form came too late: what would have opened it was used or ran out."""


class DoneWithout(Exception):
    """What was only wished for did not come, and nobody needs it: its words say what there is."""


class Overtaken(Exception):
    """Somebody else changed it since it was read; nothing of ours was done."""
