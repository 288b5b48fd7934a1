"""The digest under which every part of the sandbox knows an image."""

from sandbox.registry.image import Image


def digest(name: str, tag: str) -> str:
    """`sha256:…` of the image `<registry>/<name>:<tag>`, the same on every machine and day.

    `name` is without the registry's host: `candlefish/graphql-api`.
    """
    return Image(name=name, tag=tag).digest
