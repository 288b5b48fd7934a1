"""What is live after each act: the rules that a rollback has to get right."""

from sandbox.netlify.deploy import Context
from sandbox.netlify.server import NetlifyTwin
from tests.sandbox.netlify.conftest import SITE, Client


def live(netlify: NetlifyTwin) -> str:
    deploy = netlify.published(SITE)
    assert deploy is not None
    return deploy.title


def deploy_id(netlify: NetlifyTwin, title: str) -> str:
    return next(each.id for each in netlify.site(SITE).deploys if each.title == title)


def test_a_build_that_finishes_publishes_itself(netlify: NetlifyTwin) -> None:
    build = netlify.start_build(SITE, "v1.4.3")
    assert live(netlify) == "v1.4.2"

    netlify.finish_build(build.id)

    assert live(netlify) == "v1.4.3"


def test_a_lock_on_the_published_deploy_holds_a_build_in_flight_back(
    netlify: NetlifyTwin, client: Client
) -> None:
    build = netlify.start_build(SITE, "v1.4.3")
    client.post(f"/deploys/{deploy_id(netlify, 'v1.4.2')}/lock")

    netlify.finish_build(build.id)

    assert live(netlify) == "v1.4.2"
    assert client.get(f"/deploys/{build.id}").json()["state"] == "ready"


def test_a_lock_on_another_deploy_holds_nothing_back(netlify: NetlifyTwin, client: Client) -> None:
    client.post(f"/deploys/{deploy_id(netlify, 'v1.4.1')}/lock")

    netlify.ship(SITE, "v1.4.3")

    assert live(netlify) == "v1.4.3"


def test_restoring_takes_the_lock_off_so_that_a_racing_build_wins(
    netlify: NetlifyTwin, client: Client
) -> None:
    build = netlify.start_build(SITE, "v1.4.3")
    client.post(f"/deploys/{deploy_id(netlify, 'v1.4.2')}/lock")
    restored = client.post(f"/sites/{SITE}/deploys/{deploy_id(netlify, 'v1.4.1')}/restore")
    assert restored.status_code == 201

    netlify.finish_build(build.id)

    assert live(netlify) == "v1.4.3"


def test_lock_restore_lock_holds_against_a_racing_build(
    netlify: NetlifyTwin, client: Client
) -> None:
    build = netlify.start_build(SITE, "v1.4.3")
    target = deploy_id(netlify, "v1.4.1")
    client.post(f"/deploys/{deploy_id(netlify, 'v1.4.2')}/lock")
    client.post(f"/sites/{SITE}/deploys/{target}/restore")
    client.post(f"/deploys/{target}/lock")

    netlify.finish_build(build.id)

    published = client.get(f"/sites/{SITE}").json()["published_deploy"]
    assert (published["id"], published["locked"]) == (target, True)


def test_restoring_what_is_live_and_locked_unlocks_it(netlify: NetlifyTwin, client: Client) -> None:
    current = deploy_id(netlify, "v1.4.2")
    client.post(f"/deploys/{current}/lock")

    client.post(f"/sites/{SITE}/deploys/{current}/restore")

    assert client.get(f"/deploys/{current}").json()["locked"] is False


def test_unlocking_lets_the_next_build_publish_itself(netlify: NetlifyTwin, client: Client) -> None:
    current = deploy_id(netlify, "v1.4.2")
    client.post(f"/deploys/{current}/lock")
    netlify.ship(SITE, "v1.4.3")
    assert client.post(f"/deploys/{current}/unlock").json()["locked"] is False
    assert live(netlify) == "v1.4.2"

    netlify.ship(SITE, "v1.4.4")

    assert live(netlify) == "v1.4.4"


def test_a_failed_deploy_cannot_be_restored(netlify: NetlifyTwin, client: Client) -> None:
    failed = deploy_id(netlify, "v1.4.0-hotfix")

    answer = client.post(f"/sites/{SITE}/deploys/{failed}/restore")

    assert answer.status_code == 422
    assert answer.json()["code"] == 422
    assert live(netlify) == "v1.4.2"


def test_neither_a_failed_build_nor_a_preview_goes_live(netlify: NetlifyTwin) -> None:
    netlify.finish_build(netlify.start_build(SITE, "v1.4.3").id, error="exit code: 1")
    preview = netlify.start_build(SITE, "v1.4.3", context=Context.PREVIEW, branch="feature")
    netlify.finish_build(preview.id)

    assert live(netlify) == "v1.4.2"


def test_the_relative_rollback_undoes_itself_when_it_is_called_twice(
    netlify: NetlifyTwin, client: Client
) -> None:
    assert client.put(f"/sites/{SITE}/rollback").status_code == 204
    assert live(netlify) == "v1.4.1"

    assert client.put(f"/sites/{SITE}/rollback").status_code == 204

    assert live(netlify) == "v1.4.2"


def test_only_writes_that_change_something_are_effects(
    netlify: NetlifyTwin, client: Client
) -> None:
    target = deploy_id(netlify, "v1.4.1")
    for _ in range(2):
        client.post(f"/sites/{SITE}/deploys/{target}/restore")
    for _ in range(2):
        client.post(f"/deploys/{target}/lock")

    assert [each.effect for each in netlify.effects()] == [f"restore {SITE}", f"lock {SITE}"]
    assert len(netlify.journal.requests("POST")) == 4
