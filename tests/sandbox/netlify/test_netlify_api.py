"""The API's manners: tokens, errors, pages, allowances, and the twin's planned faults."""

import time
from datetime import UTC, datetime

import pytest
import requests

from sandbox.netlify.server import NetlifyTwin
from sandbox.twin.faults import Moment
from tests.sandbox.netlify.conftest import SITE, Client


def test_without_a_good_token_everything_is_refused(netlify: NetlifyTwin) -> None:
    answer = Client(netlify, token="stolen").get(f"/sites/{SITE}")

    assert answer.status_code == 401
    assert answer.json() == {"code": 401, "message": "Access Denied"}
    assert requests.get(f"{netlify.api_url}/user", timeout=5).status_code == 401


def test_the_token_check_of_the_doctor_reads_the_user(client: Client) -> None:
    assert client.get("/user").json()["email"] == "platform@candlefish.ai"


def test_a_site_is_known_by_its_id_and_by_its_address(client: Client) -> None:
    by_id = client.get(f"/sites/{SITE}").json()

    assert by_id == client.get(f"/sites/{SITE}.netlify.app").json()
    assert by_id["published_deploy"]["title"] == "v1.4.2"


@pytest.mark.parametrize(
    "path", ["/sites/nope", f"/sites/{SITE}/deploys/nope", "/deploys/nope", "/sites/nope/deploys"]
)
def test_what_is_not_there_is_404(client: Client, path: str) -> None:
    answer = client.get(path)

    assert (answer.status_code, answer.json()["code"]) == (404, 404)


def test_a_deploy_of_another_site_is_404(netlify: NetlifyTwin, client: Client) -> None:
    other = netlify.published("candlefish-api-site")
    assert other is not None

    answer = client.post(f"/sites/{SITE}/deploys/{other.id}/restore")

    assert answer.status_code == 404


def test_deploys_come_newest_first_in_pages(client: Client) -> None:
    path = f"/sites/{SITE}/deploys"
    first = client.get(path, page=1, per_page=2)
    second = client.get(path, page=2, per_page=2)

    assert [each["title"] for each in first.json()] == ["v1.4.2", "v1.4.1"]
    assert [each["title"] for each in second.json()] == ["v1.4.0-hotfix", "v1.4.0"]
    assert requests.get(first.links["next"]["url"], timeout=5).status_code == 401
    assert "page=2" in first.links["next"]["url"]
    assert client.get(path, page=9).json() == []
    assert client.get(path, page="one").status_code == 422


def test_deploys_are_narrowed_by_state_and_what_is_published(client: Client) -> None:
    path = f"/sites/{SITE}/deploys"

    failed = client.get(path, state="error").json()
    published = client.get(path, **{"latest-published": "true"}).json()

    assert [each["title"] for each in failed] == ["v1.4.0-hotfix"]
    assert [each["title"] for each in published] == ["v1.4.2"]


def test_the_allowance_is_told_and_then_refused_without_a_retry_after() -> None:
    now = datetime(2026, 11, 23, 12, 0, 10, tzinfo=UTC)
    with NetlifyTwin(rate=2, clock=lambda: now) as netlify:
        client = Client(netlify)
        told = client.get("/user").headers
        client.get("/user")
        refused = client.get("/user")

    assert (told["X-RateLimit-Limit"], told["X-RateLimit-Remaining"]) == ("2", "1")
    assert int(told["X-RateLimit-Reset"]) == int(now.timestamp()) + 50
    assert (refused.status_code, refused.json()["code"]) == (429, 429)
    assert "Retry-After" not in refused.headers


def test_an_answer_can_be_lost_after_the_restore_was_applied(
    netlify: NetlifyTwin, client: Client
) -> None:
    target = netlify.site(SITE).deploys[0]
    netlify.faults.lose_answer("POST", "/restore$")

    with pytest.raises(requests.ConnectionError):
        client.post(f"/sites/{SITE}/deploys/{target.id}/restore")

    assert client.get(f"/sites/{SITE}").json()["published_deploy"]["id"] == target.id


def test_a_planned_error_speaks_as_netlify_does_and_changes_nothing(
    netlify: NetlifyTwin, client: Client
) -> None:
    netlify.faults.status("POST", "/restore$", 500)

    answer = client.post(f"/sites/{SITE}/deploys/{netlify.site(SITE).deploys[0].id}/restore")

    assert answer.json() == {"code": 500, "message": "Internal Server Error"}
    assert netlify.effects() == []


def test_a_build_may_finish_between_the_restore_and_its_answer(
    netlify: NetlifyTwin, client: Client
) -> None:
    build = netlify.start_build(SITE, "v1.4.3")
    target = netlify.site(SITE).deploys[0]

    def finish() -> None:
        netlify.finish_build(build.id)

    netlify.faults.at(Moment.APPLIED, "POST", "/restore$", finish)

    answer = client.post(f"/sites/{SITE}/deploys/{target.id}/restore")

    assert answer.json()["id"] == target.id
    assert client.get(f"/sites/{SITE}").json()["published_deploy"]["id"] == build.id


def test_a_pipeline_starts_a_build_over_the_api(netlify: NetlifyTwin, client: Client) -> None:
    build = client.post(f"/sites/{SITE}/builds", title="v1.4.3-bad").json()

    netlify.finish_build(build["deploy_id"])

    live = netlify.published(SITE)
    assert live is not None
    assert (live.id, live.health) == (build["deploy_id"], "failing")
    assert live.created_at.timestamp() <= time.time()
