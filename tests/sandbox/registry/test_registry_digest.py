"""The digest is a contract between the registry, ECR and the cluster's seed."""

import hashlib

from sandbox.registry.digest import digest
from sandbox.registry.image import Image


def test_a_digest_is_the_hash_of_the_manifest_and_never_changes() -> None:
    image = Image(name="candlefish/graphql-api", tag="v1.4.2")

    assert digest("candlefish/graphql-api", "v1.4.2") == image.digest
    assert image.digest == f"sha256:{hashlib.sha256(image.manifest).hexdigest()}"
    assert image.digest == (
        "sha256:18d2c0a7c838f7fa8e477631e6a017e992f6a47be7b005fd907b53b6cd76fbad"
    )


def test_names_and_tags_tell_digests_apart() -> None:
    names = {
        digest("candlefish/graphql-api", "v1.4.2"),
        digest("candlefish/graphql-api", "v1.4.1"),
        digest("candlefish/document-service", "v1.4.2"),
    }

    assert len(names) == 3
