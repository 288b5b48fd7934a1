"""Everything outside the process, as one value."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.ops_data.restore_point import Provider
from bot.ports.chat import Chat
from bot.ports.cluster import Cluster
from bot.ports.images import Images
from bot.ports.metrics import Metrics
from bot.ports.pager import Pager
from bot.ports.silences import Firing, Silences
from bot.ports.sites import Sites
from bot.ports.snapshots import Snapshots
from bot.ports.templates import Templates
from bot.ports.visits import Visits


@dataclass(frozen=True, kw_only=True)
class World:
    """A vendor that is off is `None`.

    `pause` waits so many seconds in the middle of an action; what must stop early raises in it.
    """

    now: Callable[[], datetime]
    pause: Callable[[float], None] = time.sleep
    chat: Chat | None = None
    silences: Silences | None = None
    firing: Firing | None = None
    metrics: Metrics | None = None
    cluster: Cluster | None = None
    sites: Sites | None = None
    snapshots: Mapping[Provider, Snapshots] = field(default_factory=dict)
    images: Images | None = None
    visits: Visits | None = None
    pager: Pager | None = None
    templates: Templates | None = None
