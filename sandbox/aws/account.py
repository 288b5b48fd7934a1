"""What moto holds for one twin: an account of its own, in one region, with our rules."""

import itertools
from collections.abc import Callable
from threading import RLock

from moto.core.model_instances import reset_model_data
from moto.ecr.models import ecr_backends
from moto.rds.models import rds_backends
from moto.secretsmanager.models import secretsmanager_backends

from sandbox.aws.databases import Databases
from sandbox.aws.effects import Effects
from sandbox.aws.images import Images
from sandbox.aws.secrets import Secrets

_NUMBERS = itertools.count(210_000_000_001)


class Account:
    """Whoever touches it holds `lock`: moto is not made for threads."""

    def __init__(self, region: str, clock: Callable[[], float]) -> None:
        self.id = str(next(_NUMBERS))
        self.region = region
        self.lock = RLock()
        self.effects = Effects()
        self.databases = Databases(region, self.id, clock=clock)
        self.secrets = Secrets(region, self.id, clock=clock, effects=self.effects)
        self.images = Images(region, self.id)
        rds_backends[self.id][region] = self.databases
        secretsmanager_backends[self.id][region] = self.secrets
        ecr_backends[self.id][region] = self.images

    def forget(self) -> None:
        """Nothing of it stays in moto, which keeps every account as long as the process."""
        for backends in (rds_backends, secretsmanager_backends, ecr_backends):
            # Emptied first: a cache of moto's keeps the dictionary itself.
            backends[self.id].clear()
            backends.pop(self.id)
        # moto's dashboard lists every object ever made, of all accounts; nobody looks at it here.
        reset_model_data()
