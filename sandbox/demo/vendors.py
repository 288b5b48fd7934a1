"""The vendors that operations go through: a cluster, Netlify, an image registry and AWS."""

import contextlib
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from sandbox.aws.environment import environment as aws_environment
from sandbox.demo.ports import Ports
from sandbox.demo.private import write_private
from sandbox.demo.rights import bot_token, platform_token
from sandbox.kubernetes.controllers.pace import Pace
from sandbox.kubernetes.seed import Cluster, platform_cluster
from sandbox.kubernetes.seed.platform import PRODUCTION
from sandbox.netlify.server import NetlifyTwin
from sandbox.platform.cluster_api import ClusterAddress
from sandbox.registry.server import RegistryTwin
from sandbox.servers import Child
from sandbox.servers.child import running, start

PACE = Pace(ready_after=3.0, stop_after=1.0)
_SNAPSHOT_SECONDS = 20


@dataclass(frozen=True, kw_only=True)
class Vendors:
    """`aws` is a process of its own: it loads for seconds, in which the bot loads too."""

    cluster: Cluster
    netlify: NetlifyTwin
    registry: RegistryTwin
    aws: Child
    aws_url: str
    kubeconfig: Path
    """The bot's."""
    pipeline_kubeconfig: Path
    """For `python -m sandbox ship`, in another terminal."""
    address: ClusterAddress
    """The platform's way to the cluster."""

    def environment(self) -> dict[str, str]:
        """What leads the bot to them."""
        return {
            "CANDLEFISH_KUBECONFIG": str(self.kubeconfig),
            "CANDLEFISH_NETLIFY_TOKEN": self.netlify.token,
            "CANDLEFISH_NETLIFY_API_URL": self.netlify.api_url,
            **aws_environment(self.aws_url),
        }


@contextlib.contextmanager
def vendors(ports: Ports, folder: Path, pace: Pace = PACE, *, monitored: bool) -> Iterator[Vendors]:
    """Run them until the block ends; AWS is still loading when it begins.

    `pace` is that of the cluster's pods. Unless `monitored`, nobody could tell which schema is
    live, and no release declares one.
    """
    with ExitStack() as stack:
        aws = stack.enter_context(running(_aws(ports.aws, folder)))
        registry = stack.enter_context(RegistryTwin(port=ports.registry))
        cluster = stack.enter_context(
            platform_cluster(
                port=ports.kubernetes, pace=pace, registry=registry.host, schema=monitored
            )
        )
        netlify = stack.enter_context(NetlifyTwin(port=ports.netlify))
        api, platform = cluster.api, platform_token(cluster.api)
        yield Vendors(
            cluster=cluster,
            netlify=netlify,
            registry=registry,
            aws=aws,
            aws_url=ports.url("aws"),
            kubeconfig=write_private(
                folder / "bot.kubeconfig", api.kubeconfig(token=bot_token(api))
            ),
            pipeline_kubeconfig=write_private(
                folder / "pipeline.kubeconfig", api.kubeconfig(token=platform)
            ),
            address=ClusterAddress(url=api.url, token=platform, namespace=PRODUCTION),
        )


def _aws(port: int, folder: Path) -> Child:
    command = [sys.executable, "-m", "sandbox", "aws", "--port", str(port)]
    more = ["--snapshot-seconds", str(_SNAPSHOT_SECONDS)]
    return start("AWS", [*command, *more], log=folder / "aws.log", cwd=Path(__file__).parents[2])
