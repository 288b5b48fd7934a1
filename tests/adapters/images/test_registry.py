"""Whether a registry holds an image: open ones, locked ones, and what answers in their place."""

import base64
import json
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from bot.adapters.images.images import RegistryImages
from bot.adapters.images.logins import Logins
from bot.adapters.images.registry import Registry
from bot.domain.errors import GiveUp, Unavailable
from bot.ports.images import Images
from bot.ports.trouble import RateLimited, TimedOut
from sandbox.netlify.server import NetlifyTwin
from sandbox.registry.access import Access
from sandbox.registry.digest import digest
from sandbox.registry.server import RegistryTwin

NAME, TAG = "candlefish/graphql-api", "v1.4.1"
DIGEST = digest(NAME, TAG)
ANY = "/v2/.*/manifests/"


@pytest.fixture
def twins() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def registry(twins: ExitStack) -> RegistryTwin:
    return twins.enter_context(RegistryTwin())


@pytest.fixture
def images(twins: ExitStack) -> RegistryImages:
    return twins.enter_context(closing(RegistryImages(Registry(Logins(None)))))


def locked(twins: ExitStack, access: Access) -> RegistryTwin:
    return twins.enter_context(RegistryTwin(access=access))


def knowing(twins: ExitStack, file: Path, auths: object) -> RegistryImages:
    file.write_text(json.dumps({"auths": auths}))
    return twins.enter_context(closing(RegistryImages(Registry(Logins(file)))))


def login(twin: RegistryTwin, password: str = "") -> dict[str, str]:
    pair = f"{twin.account.user}:{password or twin.account.password}"
    return {"auth": base64.b64encode(pair.encode()).decode()}


def asked(port: Images, image: str) -> bool:
    return port.exists(image)


@pytest.mark.parametrize("wanted", [f"@{DIGEST}", f":{TAG}", f":{TAG}@{DIGEST}", f":any@{DIGEST}"])
def test_an_image_that_is_there(
    registry: RegistryTwin, images: RegistryImages, wanted: str
) -> None:
    assert asked(images, f"{registry.host}/{NAME}{wanted}")
    (request,) = registry.journal.requests()
    assert request.method == "HEAD"


def test_one_that_was_cleaned_up_and_a_repository_that_never_was(
    registry: RegistryTwin, images: RegistryImages
) -> None:
    registry.remove(NAME, DIGEST)
    assert not images.exists(f"{registry.host}/{NAME}@{DIGEST}")
    assert not images.exists(f"{registry.host}/candlefish/nothing:v1")


def test_a_public_one_behind_tokens_needs_no_password(
    registry: RegistryTwin, images: RegistryImages
) -> None:
    challenge = f'Bearer realm="{registry.url}/token?a=b",service="me",scope="repository:x:pull"'
    registry.faults.status("HEAD", ANY, 401, headers={"www-authenticate": challenge})
    registry.faults.status("GET", "/token", 200, body=b'{"access_token": "for-anybody"}')
    assert images.exists(f"{registry.host}/{NAME}@{DIGEST}")
    (token,) = registry.journal.requests("GET", "/token")
    assert f"scope=repository%3A{NAME.replace('/', '%2F')}%3Apull" in token.query
    assert "a=b" in token.query
    assert "service=me" in token.query


def test_a_private_one_asks_for_the_password_that_is_missing(
    twins: ExitStack, images: RegistryImages
) -> None:
    registry = locked(twins, Access.TOKEN)
    with pytest.raises(GiveUp, match=r"wants a password: .* CANDLEFISH_REGISTRY_LOGINS"):
        images.exists(f"{registry.host}/{NAME}@{DIGEST}")


@pytest.mark.parametrize("token", [b"", b"[]", b'{"token": ""}', b'{"token": 7}'])
def test_a_token_service_that_is_none(
    registry: RegistryTwin, images: RegistryImages, token: bytes
) -> None:
    challenge = f'Bearer realm="{registry.url}/token"'
    registry.faults.status("HEAD", ANY, 401, headers={"www-authenticate": challenge})
    registry.faults.status("GET", "/token", 200, body=token)
    with pytest.raises(Unavailable, match="gives no tokens"):
        images.exists(f"{registry.host}/{NAME}@{DIGEST}")


@pytest.mark.parametrize("access", [Access.BASIC, Access.TOKEN])
def test_a_private_one_opens_by_its_password(
    twins: ExitStack, access: Access, tmp_path: Path
) -> None:
    registry = locked(twins, access)
    mine = knowing(twins, tmp_path / "config.json", {registry.host: login(registry)})
    assert mine.exists(f"{registry.host}/{NAME}@{DIGEST}")
    assert not mine.exists(f"{registry.host}/{NAME}:v9")


def test_passwords_rotate_in_the_file(twins: ExitStack, tmp_path: Path) -> None:
    registry, file = locked(twins, Access.BASIC), tmp_path / "config.json"
    image = f"{registry.host}/{NAME}@{DIGEST}"
    mine = knowing(twins, file, {registry.host: login(registry, "old-pass")})
    with pytest.raises(GiveUp, match="does not take its password") as refused:
        mine.exists(image)
    assert "old-pass" not in str(refused.value)

    plain = {"username": registry.account.user, "password": registry.account.password}
    file.write_text(json.dumps({"auths": {f"http://{registry.host}/v1/": plain}}))
    assert mine.exists(image)


def test_a_password_is_for_its_own_registry(
    twins: ExitStack, registry: RegistryTwin, tmp_path: Path
) -> None:
    private = locked(twins, Access.BASIC)
    mine = knowing(twins, tmp_path / "config.json", {"ghcr.io": login(private)})
    with pytest.raises(GiveUp, match="wants a password"):
        mine.exists(f"{private.host}/{NAME}:{TAG}")


@pytest.mark.parametrize(
    ("name", "host"),
    [
        ("https://index.docker.io/v1/", "docker.io"),
        ("ghcr.io", "ghcr.io"),
        ("https://registry.example.org:5000", "registry.example.org:5000"),
    ],
)
def test_whose_password_it_is(tmp_path: Path, name: str, host: str) -> None:
    file = tmp_path / "config.json"
    file.write_text(json.dumps({"auths": {name: {"auth": base64.b64encode(b"me:a:b").decode()}}}))
    assert Logins(file).of(host) == ("me", "a:b")
    assert Logins(file).of("elsewhere.example.org") is None


@pytest.mark.parametrize("held", ["", "[]", '{"auths": 7}', '{"auths": {"HOST": {"auth": "%"}}}'])
def test_a_file_of_passwords_that_is_none(twins: ExitStack, tmp_path: Path, held: str) -> None:
    registry, file = locked(twins, Access.BASIC), tmp_path / "config.json"
    mine = knowing(twins, file, {})
    file.write_text(held.replace("HOST", registry.host))
    with pytest.raises(GiveUp, match="CANDLEFISH_REGISTRY_LOGINS cannot be used"):
        mine.exists(f"{registry.host}/{NAME}:{TAG}")


def test_a_password_never_goes_out_unencrypted(
    registry: RegistryTwin, images: RegistryImages
) -> None:
    elsewhere = 'Bearer realm="http://tokens.example.org/token",service="x"'
    registry.faults.status("HEAD", ANY, 401, headers={"www-authenticate": elsewhere})
    with pytest.raises(GiveUp, match="without encryption"):
        images.exists(f"{registry.host}/{NAME}@{DIGEST}")


def test_redirects_are_not_followed(
    twins: ExitStack, registry: RegistryTwin, images: RegistryImages
) -> None:
    other = twins.enter_context(RegistryTwin())
    there = {"location": f"{other.url}/v2/{NAME}/manifests/{DIGEST}"}
    registry.faults.status("HEAD", ANY, 307, headers=there)
    with pytest.raises(GiveUp, match="redirects are not followed"):
        images.exists(f"{registry.host}/{NAME}@{DIGEST}")
    assert other.journal.requests() == []


def test_a_web_server_that_is_no_registry_does_not_say_that_the_image_is_gone(
    twins: ExitStack, images: RegistryImages
) -> None:
    other = twins.enter_context(NetlifyTwin())
    with pytest.raises((Unavailable, GiveUp)):
        images.exists(f"127.0.0.1:{other.port}/{NAME}@{DIGEST}")


def test_a_right_to_look_that_is_missing(registry: RegistryTwin, images: RegistryImages) -> None:
    registry.faults.status("HEAD", ANY, 403)
    with pytest.raises(GiveUp, match="right to pull"):
        images.exists(f"{registry.host}/{NAME}@{DIGEST}")


@pytest.mark.parametrize("status", [500, 503])
def test_what_passes_is_worth_another_try(
    registry: RegistryTwin, images: RegistryImages, status: int
) -> None:
    registry.faults.status("HEAD", ANY, status)
    with pytest.raises(Unavailable, match=str(status)):
        images.exists(f"{registry.host}/{NAME}@{DIGEST}")
    assert images.exists(f"{registry.host}/{NAME}@{DIGEST}")


def test_a_pause_that_it_asks_for(registry: RegistryTwin, images: RegistryImages) -> None:
    registry.faults.status("HEAD", ANY, 429, headers={"retry-after": "7"})
    with pytest.raises(RateLimited) as limited:
        images.exists(f"{registry.host}/{NAME}@{DIGEST}")
    assert limited.value.retry_after == 7


def test_a_cut_connection_and_one_that_hangs(
    registry: RegistryTwin, images: RegistryImages, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry.faults.drop("HEAD", ANY)
    with pytest.raises(Unavailable, match="does not answer"):
        images.exists(f"{registry.host}/{NAME}@{DIGEST}")
    monkeypatch.setattr("bot.adapters.images.registry.TIMEOUT", 0.2)
    registry.faults.stall("HEAD", ANY, 3)
    with (
        closing(RegistryImages(Registry(Logins(None)))) as hasty,
        pytest.raises(TimedOut),
    ):
        hasty.exists(f"{registry.host}/{NAME}@{DIGEST}")
