"""The images that the registry holds, by name and by tag or digest."""

from collections.abc import Iterable
from pathlib import Path
from threading import Lock

import yaml

from sandbox.registry.image import Image, digest_of

_FILE = Path(__file__).with_name("images.yaml")


def seeded(file: Path = _FILE) -> tuple[Image, ...]:
    rows: dict[str, list[str]] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return tuple(Image(name=name, tag=tag) for name, tags in rows.items() for tag in tags)


class Shelf:
    def __init__(self, images: Iterable[Image]) -> None:
        self._lock = Lock()
        self._images = list(images)

    def push(self, image: Image) -> None:
        """Puts it in the place of what had its name and tag."""
        with self._lock:
            if image not in self._images:
                self._images.append(image)

    def remove(self, name: str, reference: str) -> None:
        """Collected as garbage: neither its tag nor its digest is known any more."""
        with self._lock:
            gone = {each for each in self._images if each.name == name and _is(each, reference)}
            self._images = [each for each in self._images if each not in gone]

    def tags(self, name: str) -> list[str]:
        """In the alphabet's order; empty where the registry knows no such repository."""
        with self._lock:
            return sorted(each.tag for each in self._images if each.name == name)

    def find(self, name: str, reference: str) -> Image | None:
        """`reference` is a tag or a digest."""
        with self._lock:
            found = (each for each in self._images if each.name == name and _is(each, reference))
            return next(found, None)

    def blob(self, name: str, digest: str) -> bytes | None:
        """A layer or a configuration of one of the repository's images."""
        with self._lock:
            images = [each for each in self._images if each.name == name]
        blobs = (blob for image in images for blob in (image.config, image.layer))
        return next((blob for blob in blobs if digest_of(blob) == digest), None)


def _is(image: Image, reference: str) -> bool:
    return reference in {image.tag, image.digest}
