"""What an image tag tells: how its release behaves, and which tag comes next."""

import re

from sandbox.platform.health import Health

SUFFIXES = {"-bad": Health.FAILING, "-slow": Health.SLOW, "-down": Health.DOWN}
_NUMBERS = re.compile(r"v(\d+)\.(\d+)\.(\d+)")


def health_of(tag: str) -> Health:
    """By its end: `v1.4.3-bad` fails, `-slow` is slow, `-down` answers nobody; else good."""
    return next((health for end, health in SUFFIXES.items() if tag.endswith(end)), Health.GOOD)


def next_tag(tags: list[str], health: Health) -> str:
    """One above the newest of `tags`, with the end that gives it this health."""
    known = [tuple(map(int, found.groups())) for tag in tags if (found := _NUMBERS.match(tag))]
    major, minor, patch = max(known, default=(1, 0, 0))
    end = next((end for end, means in SUFFIXES.items() if means is health), "")
    return f"v{major}.{minor}.{patch + 1}{end}"
