"""An image's reference, taken apart as container runtimes do it."""

import ipaddress
import re
from dataclasses import dataclass

from bot.domain.errors import GiveUp

ACCEPTED = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
DOCKER_HUB = "docker.io"
_DOCKER_HUBS_API = "registry-1.docker.io"
_NAME = re.compile(r"[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*")
_HOST = re.compile(r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?")
_TAG = re.compile(r"\w[\w.-]{0,127}", re.ASCII)
_DIGEST = re.compile(r"[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9a-fA-F]{32,}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Reference:
    """`host` may have a port; a digest, where there is one, beats the tag."""

    host: str
    name: str
    tag: str = ""
    digest: str = ""

    @property
    def wanted(self) -> str:
        return self.digest or self.tag

    @property
    def address(self) -> str:
        """The registry's API, without encryption on this machine alone."""
        host = _DOCKER_HUBS_API if self.host == DOCKER_HUB else self.host
        return f"{'http' if on_this_machine(host) else 'https'}://{host}"


def read(image: str) -> Reference:
    """Raises `GiveUp` where no registry could have it."""
    rest, _, digest = image.partition("@")
    first, slash, others = rest.partition("/")
    named = bool(slash) and (first == "localhost" or "." in first or ":" in first)
    host, path = (first, others) if named else (DOCKER_HUB, rest)
    name, _, tag = path.partition(":")
    if host == DOCKER_HUB and "/" not in name:
        name = f"library/{name}"
    fits = _HOST.fullmatch(host) and _NAME.fullmatch(name) and (not tag or _TAG.fullmatch(tag))
    if not fits or ("@" in image and not _DIGEST.fullmatch(digest)):
        raise GiveUp(f"“{image[:300]}” is no reference to an image.")
    if _link_local(host):
        raise GiveUp(f"{host} is an address of the machine's own network, and no registry.")
    return Reference(host=host, name=name, tag=tag or ("" if digest else "latest"), digest=digest)


def on_this_machine(host: str) -> bool:
    bare = _bare(host)
    try:
        return bare == "localhost" or ipaddress.ip_address(bare).is_loopback
    except ValueError:
        return False


def _link_local(host: str) -> bool:
    """Where clouds answer with the credentials of the machine."""
    try:
        return ipaddress.ip_address(_bare(host)).is_link_local
    except ValueError:
        return False


def _bare(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]
