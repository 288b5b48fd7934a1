"""ECR with the digests that every part of the sandbox knows its images by."""

from typing import Any

from moto.ecr.models import ECRBackend, Image

from sandbox.registry.image import MANIFEST_TYPE, digest_of
from sandbox.registry.image import Image as Held


class Images(ECRBackend):
    def hold(self, held: Held) -> None:
        """Puts one of the sandbox's images into a repository of its name."""
        if held.name not in self.repositories:
            self.create_repository(held.name, None, {}, {}, "MUTABLE", [])
        self.put_image(held.name, held.manifest.decode(), held.tag, MANIFEST_TYPE)

    def put_image(
        self,
        repository_name: str,
        image_manifest: str,
        image_tag: str,
        image_manifest_mediatype: str | None = None,
        digest: str | None = None,
    ) -> Image:
        """As real registries: moto hashes the layers' digests, they hash the manifest's bytes."""
        return super().put_image(
            repository_name,
            image_manifest,
            image_tag,
            image_manifest_mediatype,
            digest or digest_of(image_manifest.encode()),
        )

    def batch_get_image(
        self,
        repository_name: str,
        registry_id: str | None = None,
        image_ids: list[dict[str, Any]] | None = None,
    ) -> dict[str, Any]:
        """With the image that was asked for in each failure: moto forgets its digest."""
        asked = image_ids or []
        found = super().batch_get_image(repository_name, registry_id, image_ids)
        missing = [each for each in asked if not any(_is(image, each) for image in found["images"])]
        for failure, image_id in zip(found["failures"], missing, strict=True):
            failure["imageId"] = image_id
        return found


def _is(image: Image, image_id: dict[str, Any]) -> bool:
    by_digest = image_id.get("imageDigest") == image.get_image_digest()
    return by_digest or image_id.get("imageTag") in image.image_tags
