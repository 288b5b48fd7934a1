"""An AWS twin, the vendor's own client, and a clock that tests move."""

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config

from sandbox.aws.environment import ACCESS_KEY, SECRET_KEY
from sandbox.aws.server import AwsTwin

Client = Any
Make = Callable[..., Client]


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def aws(clock: Clock) -> Iterator[AwsTwin]:
    with AwsTwin(clock=clock) as twin:
        yield twin


def client_of(twin: AwsTwin, service: str, key: str = ACCESS_KEY) -> Client:
    """One that tries once, so that a test sees what it meets."""
    return boto3.client(
        service,
        endpoint_url=twin.url,
        region_name=twin.account.region,
        aws_access_key_id=key,
        aws_secret_access_key=SECRET_KEY,
        config=Config(connect_timeout=5, read_timeout=60, retries={"total_max_attempts": 1}),
    )


@pytest.fixture
def rds(aws: AwsTwin) -> Client:
    return client_of(aws, "rds")


@pytest.fixture
def secrets(aws: AwsTwin) -> Client:
    return client_of(aws, "secretsmanager")
