"""Image references, taken apart as container runtimes do it."""

import pytest

from bot.adapters.images import ecr
from bot.adapters.images.ecr import Home
from bot.adapters.images.reference import read
from bot.domain.errors import GiveUp

DIGEST = f"sha256:{'a1' * 32}"


@pytest.mark.parametrize(
    ("image", "host", "name", "wanted", "address"),
    [
        ("redis", "docker.io", "library/redis", "latest", "https://registry-1.docker.io"),
        ("me/api:v1", "docker.io", "me/api", "v1", "https://registry-1.docker.io"),
        ("ghcr.io/me/api:v1", "ghcr.io", "me/api", "v1", "https://ghcr.io"),
        (f"ghcr.io/me/api:v1@{DIGEST}", "ghcr.io", "me/api", DIGEST, "https://ghcr.io"),
        (f"ghcr.io/api@{DIGEST}", "ghcr.io", "api", DIGEST, "https://ghcr.io"),
        ("localhost/api:1", "localhost", "api", "1", "http://localhost"),
        ("127.0.0.1:5000/a/b:1", "127.0.0.1:5000", "a/b", "1", "http://127.0.0.1:5000"),
        ("[::1]:5000/a:1", "[::1]:5000", "a", "1", "http://[::1]:5000"),
        ("10.0.0.7:5000/a:1", "10.0.0.7:5000", "a", "1", "https://10.0.0.7:5000"),
        ("registry:5000/a:1", "registry:5000", "a", "1", "https://registry:5000"),
    ],
)
def test_a_reference(image: str, host: str, name: str, wanted: str, address: str) -> None:
    found = read(image)
    assert (found.host, found.name, found.wanted, found.address) == (host, name, wanted, address)


@pytest.mark.parametrize(
    "image",
    [
        "", "ghcr.io/", "ghcr.io/UPPER", "ghcr.io/a b", "ghcr.io/a@sha256:short", "ghcr.io/a@",
        "ghcr.io/../v2/_catalog", "ghcr.io/a?x=1", "user:pass@ghcr.io/a", "ghcr.io:x/a",
        "http://ghcr.io/a", "ghcr.io/a:v 1",
    ],
)  # fmt: skip
def test_what_is_none(image: str) -> None:
    with pytest.raises(GiveUp, match="is no reference to an image"):
        read(image)


@pytest.mark.parametrize("image", ["169.254.169.254/latest:meta", "[fe80::1]:80/a:1"])
def test_the_clouds_own_addresses_are_no_registries(image: str) -> None:
    with pytest.raises(GiveUp, match="no registry"):
        read(image)


@pytest.mark.parametrize(
    ("host", "region"),
    [
        ("123456789012.dkr.ecr.eu-west-1.amazonaws.com", "eu-west-1"),
        ("123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com", "us-gov-west-1"),
        ("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn", "cn-north-1"),
        ("123456789012.dkr-ecr.eu-west-1.on.aws", "eu-west-1"),
    ],
)
def test_hosts_of_ecr(host: str, region: str) -> None:
    assert ecr.home(host) == Home(account="123456789012", region=region)


@pytest.mark.parametrize(
    "host",
    [
        "ghcr.io", "public.ecr.aws", "123456789012.dkr.ecr.eu-west-1.amazonaws.com.evil.example",
        "evil.123456789012.dkr.ecr.eu-west-1.amazonaws.com", "1.dkr.ecr.eu-west-1.amazonaws.com",
    ],
)  # fmt: skip
def test_hosts_of_others(host: str) -> None:
    assert ecr.home(host) is None
