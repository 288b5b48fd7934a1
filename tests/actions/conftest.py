from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.actions import kubernetes_scenes, netlify_scenes
from tests.actions.netlify_scenes import SiteRig, site_rigged
from tests.actions.rig import Rig, rigged
from tests.actions.scene import Scene


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    with rigged(tmp_path) as found:
        yield found


@pytest.fixture
def sites() -> Iterator[SiteRig]:
    with site_rigged() as found:
        yield found


@pytest.fixture
def scene(name: str, tmp_path: Path) -> Iterator[Scene]:
    """A world where the action of this name has something to do, and nothing was asked yet."""
    with _posed(name, tmp_path) as found:
        yield found


@pytest.fixture(scope="module")
def still(name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """The same, shared by tests that change nothing in it."""
    with _posed(name, tmp_path_factory.mktemp(name)) as found:
        yield found


@contextmanager
def _posed(name: str, folder: Path) -> Iterator[Scene]:
    if name in netlify_scenes.SCENES:
        with site_rigged() as sites:
            made = netlify_scenes.SCENES[name](sites)
            sites.twin.journal.clear()
            yield made
        return
    with rigged(folder) as rig:
        made = kubernetes_scenes.SCENES[name](rig)
        rig.settle()
        rig.twin.journal.clear()
        yield made
