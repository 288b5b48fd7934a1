"""Makes the world that the settings describe: the only file that knows the adapters."""

import os
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from bot.adapters.alertmanager import Alertmanager
from bot.adapters.aws.account import AwsAccount
from bot.adapters.aws.restore_points import AURORA, RDS, RestorePoints
from bot.adapters.images.ecr import Ecr
from bot.adapters.images.images import RegistryImages
from bot.adapters.images.logins import Logins
from bot.adapters.images.registry import Registry
from bot.adapters.kubernetes.cluster import KubernetesCluster
from bot.adapters.netlify import Netlify
from bot.adapters.prometheus import Prometheus
from bot.adapters.slack import SlackChat
from bot.adapters.visits import HttpVisits
from bot.adapters.volume_snapshots import VolumeSnapshots
from bot.domain.ops_data.component import Component, stores
from bot.domain.ops_data.restore_point import IN_AWS, Provider
from bot.domain.wording import either
from bot.measures import Measures
from bot.ports.chat import Chat
from bot.ports.cluster import Cluster
from bot.ports.images import Images
from bot.ports.metrics import Metrics
from bot.ports.sites import Sites
from bot.ports.snapshots import Snapshots
from bot.ports.visits import Visits
from bot.ports.world import World
from bot.settings import Settings
from bot.settings_aws import aws_settings

Now = Callable[[], datetime]


def world(settings: Settings, now: Now, measures: Measures) -> World:
    """A vendor that is not set up is off."""
    alertmanager = _alertmanager(settings)
    cluster, volumes = _cluster(settings)
    aws = _aws(os.environ)
    return World(
        now=now,
        chat=_chat(settings, now, measures),
        silences=alertmanager,
        firing=alertmanager,
        metrics=_metrics(settings),
        cluster=cluster,
        sites=_sites(settings),
        snapshots={**volumes, **_databases(aws)},
        images=_images(settings, aws),
        visits=_visits(settings),
    )


def _chat(settings: Settings, now: Now, measures: Measures) -> Chat | None:
    if settings.slack_bot_token is None:
        return None

    def heard(method: str, outcome: str) -> None:
        measures.slack_calls.labels(method=method, outcome=outcome).inc()

    return SlackChat(settings.slack_bot_token, settings.slack_api_url, now=now, heard=heard)


def _alertmanager(settings: Settings) -> Alertmanager | None:
    if settings.alertmanager_url is None:
        return None
    return Alertmanager(settings.alertmanager_url)


def _metrics(settings: Settings) -> Metrics | None:
    if settings.prometheus_url is None:
        return None
    return Prometheus(settings.prometheus_url)


def _cluster(settings: Settings) -> tuple[Cluster | None, Mapping[Provider, Snapshots]]:
    """The cluster, and the snapshots of volumes in it, over one connection."""
    if settings.kubeconfig is None:
        return None, {}
    cluster = KubernetesCluster.connect(settings.kubeconfig, settings.kube_context)
    return cluster, {Provider.VOLUME_SNAPSHOT: VolumeSnapshots.beside(cluster)}


def _aws(environ: Mapping[str, str]) -> AwsAccount | None:
    found = aws_settings(environ)
    if found is None:
        return None
    return AwsAccount(found.region)


def _databases(aws: AwsAccount | None) -> Mapping[Provider, Snapshots]:
    if aws is None:
        return {}
    return {words.provider: RestorePoints(aws, words) for words in (RDS, AURORA)}


def _images(settings: Settings, aws: AwsAccount | None) -> Images | None:
    """Where there is a cluster to run them."""
    if settings.kubeconfig is None:
        return None
    ecr = Ecr(aws) if aws is not None else None
    return RegistryImages(Registry(Logins(settings.registry_logins)), ecr)


def _sites(settings: Settings) -> Sites | None:
    if settings.netlify_token is None:
        return None
    return Netlify(settings.netlify_token, settings.netlify_api_url)


def _visits(settings: Settings) -> Visits | None:
    """Nothing is visited where nothing can be operated on."""
    if settings.kubeconfig is None and settings.netlify_token is None:
        return None
    return HttpVisits()


def switched_off(
    settings: Settings, world: World, components: Iterable[Component]
) -> tuple[str, ...]:
    """What is switched off, in words for `status` and `/readyz`."""
    in_aws = [store for store in stores(components) if store.provider in IN_AWS]
    without = [store.name for store in in_aws if store.provider not in world.snapshots]
    switched = {
        "Slack is off: set CANDLEFISH_SLACK_BOT_TOKEN.": world.chat is None,
        "Alertmanager's API is off: set CANDLEFISH_ALERTMANAGER_URL.": world.silences is None,
        "Prometheus is off: set CANDLEFISH_PROMETHEUS_URL.": world.metrics is None,
        "Kubernetes is off: set CANDLEFISH_KUBECONFIG.": world.cluster is None,
        "Netlify is off: set CANDLEFISH_NETLIFY_TOKEN.": world.sites is None,
        f"AWS is off, so {either(without, 'and')} gets no restore point: set AWS_REGION.": (
            bool(without) and world.cluster is not None
        ),
        "Alertmanager's webhook is closed: set CANDLEFISH_ALERTMANAGER_TOKENS.": (
            not settings.alertmanager_tokens.reveal()
        ),
        "PagerDuty's webhook is closed: set CANDLEFISH_PAGERDUTY_WEBHOOK_SECRETS.": (
            not settings.pagerduty_webhook_secrets.reveal()
        ),
    }
    return tuple(words for words, is_off in switched.items() if is_off)
