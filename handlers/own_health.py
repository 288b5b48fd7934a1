"""`/livez`, `/readyz` and `/metrics`: how the bot itself is doing."""

from collections.abc import Iterator

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from bot.bot import Bot
from bot.domain.errors import Unavailable


def health_routes(bot: Bot) -> APIRouter:
    router = APIRouter()
    bot.measures.registry.register(_AsItStands(bot))

    @router.get("/livez")
    async def livez() -> dict[str, str]:
        return {"status": "alive"}

    @router.get("/readyz")
    def readyz() -> JSONResponse:
        health = bot.health()
        detail = {
            "status": "ready" if health.ready else "not ready",
            "why_not": health.why_not,
            "notes": health.notes,
            "ops_data_problems": health.ops_data_problems,
            "alerts_waiting": health.alerts_waiting,
            "cards_waiting_seconds": round(health.cards_waiting_seconds, 3),
            "loops": {name: round(age, 3) for name, age in health.loops.items()},
        }
        return JSONResponse(detail, 200 if health.ready else 503)

    @router.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(bot.measures.registry), media_type=CONTENT_TYPE_LATEST)

    return router


class _AsItStands(Collector):
    """What is read from the bot at the moment Prometheus asks."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    def describe(self) -> Iterator[GaugeMetricFamily]:
        return iter(())  # registering must not ask the database

    def collect(self) -> Iterator[CounterMetricFamily | GaugeMetricFamily]:
        health = self._bot.health()
        yield GaugeMetricFamily(
            "candlefish_ready", "1 where an alert would be stored now", value=health.ready
        )
        yield GaugeMetricFamily(
            "candlefish_intake_waiting_alerts", "Not stored yet", value=health.alerts_waiting
        )
        yield GaugeMetricFamily(
            "candlefish_card_lag_seconds",
            "Age of the oldest change that its card does not show",
            value=health.cards_waiting_seconds,
        )
        yield GaugeMetricFamily(
            "candlefish_ops_data_problems",
            "Above 0 an edit is broken and the last good one is in force",
            value=len(health.ops_data_problems),
        )
        ages = GaugeMetricFamily(
            "candlefish_loop_age_seconds", "Since its last whole turn", labels=["loop"]
        )
        for name, age in health.loops.items():
            ages.add_metric([name], age)
        yield ages
        failures = CounterMetricFamily(
            "candlefish_loop_failures", "Turns that ended by a bug", labels=["loop"]
        )
        for name, count in health.loop_failures.items():
            failures.add_metric([name], count)
        yield failures
        yield self._incidents()

    def _incidents(self) -> GaugeMetricFamily:
        family = GaugeMetricFamily(
            "candlefish_incidents", "By state and severity", labels=["state", "severity"]
        )
        try:
            counts = self._bot.counts()
        except Unavailable:
            return family  # `candlefish_ready` tells it
        for (state, severity), count in counts.items():
            family.add_metric([state, severity], count)
        return family
