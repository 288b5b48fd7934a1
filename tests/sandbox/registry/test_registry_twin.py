"""What a client of an image registry meets, from the happy pull to the token dance."""

import re
from collections.abc import Iterator

import pytest
import requests

from sandbox.registry.access import TOKEN_SECONDS, Access
from sandbox.registry.digest import digest
from sandbox.registry.image import MANIFEST_TYPE, digest_of
from sandbox.registry.server import RegistryTwin

NAME = "candlefish/graphql-api"
OCI = {"Accept": MANIFEST_TYPE}


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def registry() -> Iterator[RegistryTwin]:
    with RegistryTwin() as twin:
        yield twin


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def guarded(clock: Clock) -> Iterator[RegistryTwin]:
    with RegistryTwin(access=Access.TOKEN, clock=clock) as twin:
        yield twin


def head(twin: RegistryTwin, reference: str, **headers: str) -> requests.Response:
    url = f"{twin.url}/v2/{NAME}/manifests/{reference}"
    return requests.head(url, headers={**OCI, **headers}, timeout=5)


def challenge(answer: requests.Response) -> dict[str, str]:
    return dict(re.findall(r'(\w+)="([^"]*)"', answer.headers["WWW-Authenticate"]))


def fetch_token(twin: RegistryTwin, told: dict[str, str], password: str = "") -> requests.Response:
    return requests.get(
        told["realm"],
        params={"service": told["service"], "scope": told["scope"]},
        auth=(twin.account.user, password or twin.account.password),
        timeout=5,
    )


def test_an_image_is_found_by_its_digest_and_by_its_tag(registry: RegistryTwin) -> None:
    wanted = digest(NAME, "v1.4.2")

    for reference in (wanted, "v1.4.2"):
        answer = head(registry, reference)
        assert answer.status_code == 200
        assert answer.headers["Docker-Content-Digest"] == wanted
        assert answer.headers["Content-Type"] == MANIFEST_TYPE


def test_the_manifest_and_its_blobs_hash_to_their_digests(registry: RegistryTwin) -> None:
    base = f"{registry.url}/v2/{NAME}"
    manifest = requests.get(f"{base}/manifests/v1.4.2", headers=OCI, timeout=5)
    parts = [manifest.json()["config"], *manifest.json()["layers"]]

    assert digest_of(manifest.content) == digest(NAME, "v1.4.2")
    for part in parts:
        blob = requests.get(f"{base}/blobs/{part['digest']}", timeout=5).content
        assert (digest_of(blob), len(blob)) == (part["digest"], part["size"])


@pytest.mark.parametrize("reference", ["v9.9.9", f"sha256:{'0' * 64}"])
def test_what_is_not_there_is_manifest_unknown(registry: RegistryTwin, reference: str) -> None:
    url = f"{registry.url}/v2/{NAME}/manifests/{reference}"
    answer = requests.get(url, headers=OCI, timeout=5)

    assert answer.status_code == 404
    assert answer.json()["errors"][0]["code"] == "MANIFEST_UNKNOWN"
    assert head(registry, reference).status_code == 404


def test_a_client_that_does_not_accept_the_type_is_told_there_is_none(
    registry: RegistryTwin,
) -> None:
    answer = head(registry, "v1.4.2", Accept="*/*")

    assert answer.status_code == 404


def test_an_image_that_was_collected_is_gone_by_tag_and_digest(registry: RegistryTwin) -> None:
    registry.remove(NAME, "v1.4.1")

    assert head(registry, "v1.4.1").status_code == 404
    assert head(registry, digest(NAME, "v1.4.1")).status_code == 404
    assert head(registry, "v1.4.2").status_code == 200


def test_a_pushed_image_is_listed_and_found(registry: RegistryTwin) -> None:
    pushed = requests.post(
        f"{registry.url}/sandbox/images", params={"name": NAME, "tag": "v1.4.3"}, timeout=5
    ).json()["digest"]
    tags = requests.get(f"{registry.url}/v2/{NAME}/tags/list", timeout=5).json()

    assert tags["tags"][-1] == "v1.4.3"
    assert head(registry, pushed).status_code == 200


def test_an_unknown_repository_has_no_tags(registry: RegistryTwin) -> None:
    answer = requests.get(f"{registry.url}/v2/candlefish/nope/tags/list", timeout=5)

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (404, "NAME_UNKNOWN")


def test_a_token_is_fetched_where_the_challenge_says(guarded: RegistryTwin) -> None:
    refused = head(guarded, "v1.4.2")
    told = challenge(refused)
    token = fetch_token(guarded, told).json()["token"]

    assert refused.status_code == 401
    assert told["scope"] == f"repository:{NAME}:pull"
    assert head(guarded, "v1.4.2", Authorization=f"Bearer {token}").status_code == 200


def test_a_token_opens_its_repository_alone_and_not_for_ever(
    guarded: RegistryTwin, clock: Clock
) -> None:
    token = fetch_token(guarded, challenge(head(guarded, "v1.4.2"))).json()["token"]
    bearer = {"Authorization": f"Bearer {token}"}
    other = requests.get(
        f"{guarded.url}/v2/candlefish/document-service/manifests/v1.4.2",
        headers={**OCI, **bearer},
        timeout=5,
    )
    assert (other.status_code, challenge(other)["error"]) == (401, "insufficient_scope")

    clock.now += TOKEN_SECONDS

    late = head(guarded, "v1.4.2", **bearer)
    assert (late.status_code, challenge(late)["error"]) == (401, "invalid_token")


def test_a_wrong_password_gets_no_token(guarded: RegistryTwin) -> None:
    answer = fetch_token(guarded, challenge(head(guarded, "v1.4.2")), password="guess")

    assert answer.status_code == 401
    assert answer.json()["errors"][0]["code"] == "UNAUTHORIZED"


def test_a_password_may_be_asked_for_directly() -> None:
    with RegistryTwin(access=Access.BASIC) as registry:
        pair = (registry.account.user, registry.account.password)
        base = f"{registry.url}/v2/"
        refused = requests.get(base, timeout=5)
        let_in = requests.get(base, auth=pair, timeout=5)

    assert (refused.status_code, let_in.status_code) == (401, 200)
    assert refused.headers["WWW-Authenticate"].startswith("Basic ")
    assert let_in.headers["Docker-Distribution-Api-Version"] == "registry/2.0"


def test_planned_faults_speak_as_a_registry_does(registry: RegistryTwin) -> None:
    registry.faults.status("*", "/manifests/", 429, times=2)
    registry.faults.drop("*", "/manifests/")

    busy = requests.get(f"{registry.url}/v2/{NAME}/manifests/v1.4.2", timeout=5)

    assert (busy.status_code, busy.json()["errors"][0]["code"]) == (429, "TOOMANYREQUESTS")
    assert head(registry, "v1.4.2").status_code == 429
    with pytest.raises(requests.ConnectionError):
        head(registry, "v1.4.2")
    assert head(registry, "v1.4.2").status_code == 200
