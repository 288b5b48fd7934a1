"""Traps of a site: builds that go out in between, deploys that cannot be restored, a slow edge."""

import pytest

from bot.actions import lock_site, restore_deploy
from bot.actions.restore_deploy import ACTION
from bot.domain.errors import GiveUp
from bot.ports.action import Standing
from sandbox.twin.faults import Moment
from tests.actions.netlify_scenes import SITE, SiteRig
from tests.actions.scene import KEY, until_done

RESTORE = "/restore$"


def shows(sites: SiteRig, deploy: str) -> None:
    live = sites.twin.site(SITE).live
    assert live is not None
    assert live.id == deploy
    assert live.locked


def restored(sites: SiteRig, args: restore_deploy.Args) -> None:
    ACTION.act(sites.world, args, KEY)
    until_done(lambda: ACTION.verify(sites.world, args, KEY))
    shows(sites, args.after)


def test_a_build_in_flight_does_not_go_out(sites: SiteRig) -> None:
    args = sites.restoring()
    build = sites.twin.start_build(SITE, "v1.5.0")
    sites.twin.faults.at(
        Moment.SEEN, "POST", RESTORE, lambda: sites.twin.finish_build(build.id) and None
    )

    restored(sites, args)


def test_a_build_that_slips_through_after_the_restore_is_put_back(sites: SiteRig) -> None:
    """Publishing takes the lock off, and the build ends before it is on again."""
    args = sites.restoring()
    build = sites.twin.start_build(SITE, "v1.5.0")
    went_out: list[bool] = []

    def finish() -> None:
        sites.twin.finish_build(build.id)
        went_out.append(sites.live == build.id)

    sites.twin.faults.at(Moment.APPLIED, "POST", RESTORE, finish)

    restored(sites, args)

    assert went_out == [True]


def test_a_third_deploy_is_a_conflict_and_stays(sites: SiteRig) -> None:
    args = sites.restoring()
    hotfix = sites.twin.ship(SITE, "v1.5.0")

    found = ACTION.probe(sites.world, args, KEY)
    assert found.standing is Standing.CONFLICT
    assert "v1.5.0" in found.seen
    for ask in (
        lambda: ACTION.act(sites.world, args, KEY),
        lambda: ACTION.rehearse(sites.world, args),
    ):
        with pytest.raises(GiveUp, match=r"v1\.5\.0"):
            ask()
    assert sites.live == hotfix.id
    assert not sites.twin.effects()


def test_a_deploy_that_failed_cannot_be_restored(sites: SiteRig) -> None:
    args = sites.restoring("v1.4.0-hotfix")

    with pytest.raises(GiveUp, match="only a ready one"):
        ACTION.act(sites.world, args, KEY)
    with pytest.raises(GiveUp, match="only a ready one"):
        ACTION.rehearse(sites.world, args)
    assert not sites.twin.effects()


def test_it_is_done_when_visitors_get_it(sites: SiteRig) -> None:
    args = sites.restoring()
    sites.twin.delay_edge(3600)
    ACTION.act(sites.world, args, KEY)

    assert ACTION.probe(sites.world, args, KEY).standing is Standing.DONE
    found = ACTION.verify(sites.world, args, KEY)
    sites.twin.delay_edge(0)

    assert found.standing is Standing.NOT_DONE
    assert "still serves the one before" in found.seen
    assert "serves it" in until_done(lambda: ACTION.verify(sites.world, args, KEY)).seen


def test_published_and_not_locked_is_not_yet_done(sites: SiteRig) -> None:
    args = sites.restoring()
    assert not ACTION.probe(sites.world, args, KEY).partly
    sites.sites.restore(SITE, args.after)

    found = ACTION.probe(sites.world, args, KEY)
    assert (found.standing, found.partly) == (Standing.NOT_DONE, True)
    restored(sites, args)


def test_nothing_relative_is_ever_asked(sites: SiteRig) -> None:
    restored(sites, sites.restoring())

    assert not sites.twin.journal.requests("PUT")


def test_a_build_that_goes_out_while_it_is_being_locked_is_locked(sites: SiteRig) -> None:
    build = sites.twin.start_build(SITE, "v1.5.0")
    sites.twin.faults.at(
        Moment.SEEN, "POST", "/lock$", lambda: sites.twin.finish_build(build.id) and None
    )

    lock_site.ACTION.act(sites.world, lock_site.Args(site=SITE), KEY)

    shows(sites, build.id)
