"""A database for a whole file of stories."""

from collections.abc import Iterator

import pytest

from tests.databases import SqliteMaker


@pytest.fixture(scope="module")
def story_url(sqlite_maker: SqliteMaker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with sqlite_maker.migrated(tmp_path_factory.mktemp("story")) as url:
        yield url
