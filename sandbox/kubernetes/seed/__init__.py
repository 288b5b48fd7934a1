"""What stands in the cluster when the sandbox opens: the platform, in two namespaces."""

from sandbox.kubernetes.seed.cluster import Cluster, platform_cluster
from sandbox.kubernetes.seed.platform import seed
from sandbox.kubernetes.seed.release import Release
from sandbox.kubernetes.seed.single import single

__all__ = ["Cluster", "Release", "platform_cluster", "seed", "single"]
