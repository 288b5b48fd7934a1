"""What an image of the sandbox is made of, made from its name and tag alone."""

import hashlib
import io
import json
import tarfile
from dataclasses import dataclass

MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json"
CONFIG_TYPE = "application/vnd.oci.image.config.v1+json"
LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar"


def digest_of(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


@dataclass(frozen=True, kw_only=True)
class Image:
    """`name` is the repository's whole name within its registry: `candlefish/graphql-api`."""

    name: str
    tag: str

    @property
    def layer(self) -> bytes:
        """One tar archive with one file, which names the release."""
        line = f"{self.name}:{self.tag}\n".encode()
        entry = tarfile.TarInfo("release")
        entry.size = len(line)
        archive = io.BytesIO()
        with tarfile.open(fileobj=archive, mode="w", format=tarfile.USTAR_FORMAT) as tar:
            tar.addfile(entry, io.BytesIO(line))
        return archive.getvalue()

    @property
    def config(self) -> bytes:
        labels = {
            "org.opencontainers.image.title": self.name,
            "org.opencontainers.image.version": self.tag,
        }
        return _json(
            {
                "architecture": "amd64",
                "os": "linux",
                "config": {"Labels": labels},
                "rootfs": {"type": "layers", "diff_ids": [digest_of(self.layer)]},
            }
        )

    @property
    def manifest(self) -> bytes:
        return _json(
            {
                "schemaVersion": 2,
                "mediaType": MANIFEST_TYPE,
                "config": _descriptor(CONFIG_TYPE, self.config),
                "layers": [_descriptor(LAYER_TYPE, self.layer)],
            }
        )

    @property
    def digest(self) -> str:
        """As real ones are: the SHA-256 of the manifest's bytes."""
        return digest_of(self.manifest)


def _descriptor(media_type: str, content: bytes) -> dict[str, object]:
    return {"mediaType": media_type, "digest": digest_of(content), "size": len(content)}


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":"), sort_keys=True).encode()
