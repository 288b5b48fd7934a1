"""The loop that stands in for Prometheus and Alertmanager: sample, judge, notify."""

import asyncio
import time
from collections import deque
from datetime import UTC, datetime
from random import Random

import httpx

from sandbox.platform.watch.alert import Alert, lived
from sandbox.platform.watch.conditions import holding
from sandbox.platform.watch.delivery import delivered
from sandbox.platform.watch.receiver import Receiver
from sandbox.platform.watch.sample import Sample, sample
from sandbox.platform.watch.webhook import body
from sandbox.platform.world import Platform

_WINDOW = 60.0

_Key = tuple[str, str]


class Watcher:
    def __init__(self, platform: Platform, receiver: Receiver, *, url: str) -> None:
        self._platform = platform
        self._receiver = receiver
        self._url = url
        self._samples: dict[str, deque[Sample]] = {name: deque() for name in platform.components}
        self._alerts: dict[_Key, Alert] = {}
        self._groups: set[_Key] = set()

    async def run(self) -> None:
        """Until cancelled."""
        chance = Random()  # noqa: S311 - no secret hangs on it
        async with httpx.AsyncClient(trust_env=False) as client, asyncio.TaskGroup() as groups:
            while True:
                for name in self._platform.components:
                    self._judge(name)
                for key, alert in self._alerts.items():
                    if alert.firing and key not in self._groups:
                        self._groups.add(key)
                        groups.create_task(self._notify(key, client, chance))
                await asyncio.sleep(self._receiver.evaluate_every)

    def _judge(self, name: str) -> None:
        samples, at = self._samples[name], time.monotonic()
        samples.append(sample(self._platform, name, at=at))
        while samples[0].at < at - _WINDOW:
            samples.popleft()
        found = holding(self._platform.components[name], samples[0], samples[-1])
        conditions = {condition.alertname: condition for condition in found}
        known = {alertname for service, alertname in self._alerts if service == name}
        for alertname in known | conditions.keys():
            alert = lived(
                self._alerts.pop((name, alertname), None),
                conditions.get(alertname),
                service=name,
                now=datetime.now(UTC),
                hold=self._receiver.hold,
            )
            if alert is not None:
                self._alerts[name, alertname] = alert

    async def _notify(self, key: _Key, client: httpx.AsyncClient, chance: Random) -> None:
        """One group's life: wait, tell that it fires, repeat, tell that it ended."""
        receiver, told, told_at = self._receiver, "", 0.0
        await asyncio.sleep(receiver.group_wait)
        while (alert := self._alerts[key]).firing or told:
            state = "firing" if alert.firing else "resolved"
            repeat = time.monotonic() - told_at >= receiver.repeat_interval
            if state != told or repeat:
                words = body(alert, environment=receiver.environment, external_url=self._url)
                if await delivered(client, receiver, words, chance):
                    told, told_at = state, time.monotonic()
            if told == "resolved":
                break
            await asyncio.sleep(receiver.group_interval)
        self._forget(key)

    def _forget(self, key: _Key) -> None:
        self._groups.discard(key)
        if self._alerts[key].since is None:
            del self._alerts[key]
