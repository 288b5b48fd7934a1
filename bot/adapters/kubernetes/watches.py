"""Deployments as they change."""

from functools import partial

from bot.adapters.kubernetes.api import Api
from bot.adapters.kubernetes.resource import DEPLOYMENT
from bot.adapters.kubernetes.watching import Watching


class Watches(Api):
    def watch(self, namespace: str, seconds: float) -> Watching:
        return Watching(
            listed=partial(self._list, DEPLOYMENT, namespace),
            told=self.connection.open,
            namespace=namespace,
            seconds=seconds,
        )
