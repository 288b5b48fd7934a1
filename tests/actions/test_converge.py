"""Convergence: what is behind the Service, and what a visitor is answered by."""

from dataclasses import replace

from bot.actions import converge
from bot.actions.converge import ACTION
from bot.actions.restore_template import ACTION as RESTORE
from bot.ports.action import Standing
from sandbox.kubernetes.seed.platform import PRODUCTION
from tests.actions.netlify_scenes import SITE, SiteRig
from tests.actions.rig import BLUE, GREEN, LABELS, NAME, Rig
from tests.actions.scene import KEY, until, until_done
from tests.actions.test_restore_template import planned

BEHIND_BLUE = converge.Args(namespace=PRODUCTION, service=NAME, labels=LABELS | {"color": "blue"})


def found(rig: Rig, args: converge.Args) -> tuple[Standing, str]:
    seen = ACTION.probe(rig.world, args, KEY)
    return seen.standing, seen.seen


def with_probe(sites: SiteRig, version: str, url: str = "") -> converge.Args:
    return converge.Args(
        namespace=PRODUCTION,
        service=NAME,
        labels=LABELS | {"color": "blue"},
        version=version,
        probes=(url or sites.twin.site_url(SITE),),
    )


def test_pods_of_an_older_template_are_not_the_targets(rig: Rig) -> None:
    """In place, both releases carry the same labels."""
    rig.select("green")
    args = planned(rig)
    wanted = converge.Args(
        namespace=PRODUCTION,
        service=NAME,
        labels=LABELS | {"color": "green"},
        template=args.after,
        deployment=GREEN,
    )
    until_done(lambda: ACTION.probe(rig.world, replaced(wanted, args.before), KEY))

    standing, seen = found(rig, wanted)
    assert standing is Standing.NOT_DONE
    assert "still sends traffic to" in seen

    RESTORE.act(rig.world, args, KEY)
    until_done(lambda: ACTION.probe(rig.world, wanted, KEY))


def test_a_template_that_no_pod_has_is_not_behind_it(rig: Rig) -> None:
    assert found(rig, replaced(BEHIND_BLUE, "0" * 64))[0] is Standing.NOT_DONE


def test_no_ready_endpoint_is_not_done(rig: Rig) -> None:
    rig.select("purple")

    def nothing() -> bool:
        return not rig.cluster.endpoints(PRODUCTION, NAME)

    until(nothing)
    standing, seen = found(rig, BEHIND_BLUE)
    assert standing is Standing.NOT_DONE
    assert "no ready endpoint" in seen


def test_an_address_that_answers_with_the_target_is_done(rig: Rig, sites: SiteRig) -> None:
    live = sites.twin.site(SITE).live
    assert live is not None
    world = replace(rig.world, visits=sites.visits)

    seen = ACTION.probe(world, with_probe(sites, live.build_id), KEY)

    assert seen.standing is Standing.DONE, seen.seen
    assert "its probes are answered" in seen.seen


def test_an_address_that_answers_with_another_version_is_not(rig: Rig, sites: SiteRig) -> None:
    world = replace(rig.world, visits=sites.visits)

    seen = ACTION.probe(world, with_probe(sites, "v1.4.0"), KEY)

    assert seen.standing is Standing.NOT_DONE
    assert "still answered by" in seen.seen


def test_an_address_that_fails_is_not(rig: Rig, sites: SiteRig) -> None:
    world = replace(rig.world, visits=sites.visits)
    missing = f"{sites.twin.url}/served/no-such-site/"
    nobody = "http://127.0.0.1:1/"

    for url, words in ((missing, "answers 404"), (nobody, "does not answer")):
        seen = ACTION.probe(world, with_probe(sites, "", url), KEY)
        assert seen.standing is Standing.NOT_DONE
        assert words in seen.seen


def replaced(args: converge.Args, template: str) -> converge.Args:
    deployment = args.deployment or BLUE
    return converge.Args(
        namespace=args.namespace,
        service=args.service,
        labels=args.labels,
        template=template,
        deployment=deployment,
    )
