"""What becomes of a pod once it is placed: decided by its image or by who it belongs to."""

import re
from collections.abc import Callable
from enum import StrEnum
from threading import Lock

from sandbox.kubernetes.objects import Object, labels_of

_BY_TAG = re.compile(r":[^@/]*-(crash|stuck|nopull|pending)(@|$)")


class Fate(StrEnum):
    READY = "ready"
    STUCK = "stuck"
    """Runs and never passes its readiness probe."""
    CRASH = "crash"
    NO_PULL = "nopull"
    PENDING = "pending"
    """No node has room for it."""


class Fates:
    """Tags that end in `-crash`, `-stuck`, `-nopull` or `-pending` have their fate by name.

    What is set for a Deployment wins over what is set for an image, and that over the tag. A pod
    that selects its node is never placed: the nodes have no labels.
    """

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._lock = Lock()
        self._images: dict[str, Fate] = {}
        self._deployments: dict[tuple[str, str], Fate] = {}

    def for_image(self, words: str, fate: Fate) -> None:
        """For every pod with `words` in an image of its."""
        with self._lock:
            self._images[words] = fate
        self._changed()

    def for_deployment(self, namespace: str, name: str, fate: Fate) -> None:
        with self._lock:
            self._deployments[namespace, name] = fate
        self._changed()

    def clear(self) -> None:
        """All well again; what a tag says stays."""
        with self._lock:
            self._images.clear()
            self._deployments.clear()
        self._changed()

    def of(self, pod: Object, deployment: str) -> Fate:
        if pod["spec"].get("nodeSelector"):
            return Fate.PENDING
        images = [one.get("image", "") for one in pod["spec"]["containers"]]
        with self._lock:
            set_for = self._deployments.get((pod["metadata"]["namespace"], deployment))
            by_image = [fate for words, fate in self._images.items() if _in(words, images)]
        by_tag = [Fate(found[1]) for image in images if (found := _BY_TAG.search(image))]
        return set_for or next(iter([*by_image, *by_tag]), Fate.READY)


def deployment_of(pod: Object, replicaset: str) -> str:
    """A ReplicaSet's name is its Deployment's and the template's hash."""
    return replicaset.removesuffix("-" + labels_of(pod).get("pod-template-hash", ""))


def _in(words: str, images: list[str]) -> bool:
    return any(words in image for image in images)
