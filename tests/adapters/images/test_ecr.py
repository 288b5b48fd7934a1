"""Images in ECR, which needs AWS and no password."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from bot.adapters.aws.account import AwsAccount
from bot.adapters.images.ecr import Ecr
from bot.adapters.images.images import RegistryImages
from bot.adapters.images.logins import Logins
from bot.adapters.images.registry import Registry
from bot.domain.errors import GiveUp, Unavailable
from sandbox.aws.server import AwsTwin
from sandbox.registry.digest import digest
from sandbox.registry.image import Image

NAME, TAG = "candlefish/graphql-api", "v1.4.1"
DIGEST = digest(NAME, TAG)


@pytest.fixture
def twin(monkeypatch: pytest.MonkeyPatch) -> Iterator[AwsTwin]:
    with AwsTwin() as aws:
        for name, value in aws.environment().items():
            monkeypatch.setenv(name, value)
        yield aws


@pytest.fixture
def images(twin: AwsTwin) -> Iterator[RegistryImages]:
    account = AwsAccount("eu-west-1")  # the image's own region beats it
    with closing(RegistryImages(Registry(Logins(None)), Ecr(account))) as found:
        yield found
    account.forget()


def host(twin: AwsTwin) -> str:
    return f"{twin.account.id}.dkr.ecr.{twin.account.region}.amazonaws.com"


def test_an_image_that_is_there(twin: AwsTwin, images: RegistryImages) -> None:
    assert images.exists(f"{host(twin)}/{NAME}@{DIGEST}")
    assert images.exists(f"{host(twin)}/{NAME}:{TAG}")
    assert images.exists(f"{host(twin)}/{NAME}:{TAG}@{DIGEST}")


def test_one_that_a_lifecycle_policy_took_and_a_repository_that_never_was(
    twin: AwsTwin, images: RegistryImages
) -> None:
    twin.remove(Image(name=NAME, tag=TAG))
    assert not images.exists(f"{host(twin)}/{NAME}@{DIGEST}")
    assert not images.exists(f"{host(twin)}/candlefish/nothing:v1")
    with pytest.raises(GiveUp, match="repositoryName"):
        images.exists(f"{host(twin)}/a:v1")  # too short for ECR


def test_a_missing_right_and_an_aws_that_is_off(twin: AwsTwin, images: RegistryImages) -> None:
    twin.identity.deny("ecr:BatchGetImage")
    with pytest.raises(GiveUp, match=r"ecr:BatchGetImage: add it"):
        images.exists(f"{host(twin)}/{NAME}@{DIGEST}")
    with (
        closing(RegistryImages(Registry(Logins(None)))) as without,
        pytest.raises(GiveUp, match="AWS, which is off: set AWS_REGION"),
    ):
        without.exists(f"{host(twin)}/{NAME}@{DIGEST}")


def test_trouble_is_worth_another_try(twin: AwsTwin, images: RegistryImages) -> None:
    twin.faults.drop("POST", "^/ecr/BatchGetImage$")
    with pytest.raises(Unavailable):
        images.exists(f"{host(twin)}/{NAME}@{DIGEST}")
    assert images.exists(f"{host(twin)}/{NAME}@{DIGEST}")
