import os
import shutil
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.catalogue.problem import Broken
from bot.catalogue.watch import Holder
from tests.catalogue.desk import Desk


@pytest.fixture(name="holder")
def _holder(desk: Desk) -> Holder:
    return Holder(desk.routes, desk.runbooks, default_environment="production")


def test_nothing_new_is_no_news(holder: Holder) -> None:
    before = holder.catalogue

    assert not holder.reload()
    assert holder.catalogue is before


def test_an_edit_is_served_from_the_next_look_on(desk: Desk, holder: Holder) -> None:
    desk.edit("people.yaml", "[responder]}", "[admin]}")

    assert holder.reload()
    assert holder.catalogue.people["linus"].roles == {"admin"}
    assert holder.broken == ()


def test_an_edit_that_keeps_size_and_time_is_seen(desk: Desk, holder: Holder) -> None:
    path = desk.routes / "people.yaml"
    before = path.stat()
    desk.edit("people.yaml", "U3", "U4")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    assert holder.reload()
    assert holder.catalogue.people["linus"].slack == "U4"


def test_a_new_runbook_is_an_edit(desk: Desk, holder: Holder) -> None:
    shutil.copy(desk.runbooks / "Unknown.md", desk.runbooks / "New.md")

    assert holder.reload()
    assert "New" in holder.catalogue.runbooks


def test_a_broken_edit_keeps_the_last_good_and_is_told_once(desk: Desk, holder: Holder) -> None:
    good = holder.catalogue
    desk.edit("routes.yaml", "runbook: ApiDown", "runbook: Gone")

    with capture_logs() as logs:
        assert not holder.reload()
        assert not holder.reload()

    assert holder.catalogue is good
    assert [problem.line for problem in holder.broken] == [12]
    assert [line["log_level"] for line in logs] == ["error"]

    desk.edit("routes.yaml", "runbook: Gone", "runbook: ApiDown")
    holder.reload()

    assert holder.broken == ()
    assert holder.catalogue == good


def test_a_folder_that_is_swapped_by_a_symbolic_link_is_seen(tmp_path: Path, desk: Desk) -> None:
    """Kubernetes mounts a ConfigMap so: files link to ..data/file, ..data links to a version."""
    mounted = tmp_path / "mounted"
    shutil.copytree(desk.routes, mounted / "..v1")
    (mounted / "..data").symlink_to("..v1")
    for path in desk.routes.iterdir():
        (mounted / path.name).symlink_to(Path("..data") / path.name)
    holder = Holder(mounted, desk.runbooks, default_environment="production")

    shutil.copytree(mounted / "..v1", mounted / "..v2")
    people = mounted / "..v2" / "people.yaml"
    people.write_text(people.read_text().replace("U3", "U9"))
    (mounted / "..next").symlink_to("..v2")
    (mounted / "..next").rename(mounted / "..data")

    assert holder.reload()
    assert holder.catalogue.people["linus"].slack == "U9"


def test_broken_data_at_the_start_is_no_start(desk: Desk) -> None:
    desk.edit("ladders.yaml", "people: [linus]", "people: [nobody]")

    with pytest.raises(Broken, match="nobody does not exist"):
        Holder(desk.routes, desk.runbooks, default_environment="production")
