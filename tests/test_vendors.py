"""What the settings switch on, and what is said about the rest."""

from pathlib import Path

import pytest

from bot import vendors
from bot.assembly import utc_now
from bot.domain.ops_data.component import Component, Kind
from bot.domain.ops_data.restore_point import Provider, Store
from bot.domain.ops_data.rollout import Rollout
from bot.measures import Measures
from bot.settings import Settings
from bot.settings_aws import aws_settings

DATA = Component(
    name="postgresql",
    kind=Kind.POSTGRESQL,
    environments=("production",),
    rollout=Rollout(
        stores={
            "production": Store(component="postgresql", provider=Provider.RDS, name="main-db"),
            "staging": Store(
                component="postgresql", provider=Provider.VOLUME_SNAPSHOT, name="data-0"
            ),
        }
    ),
)
KUBECONFIG = """
apiVersion: v1
kind: Config
current-context: here
clusters: [{name: here, cluster: {server: "https://127.0.0.1:9"}}]
users: [{name: me, user: {token: none}}]
contexts: [{name: here, context: {cluster: here, user: me}}]
"""


@pytest.fixture(autouse=True)
def no_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_ROLE_ARN"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("environ", "region"),
    [
        ({"AWS_REGION": "eu-west-1"}, "eu-west-1"),
        ({"AWS_DEFAULT_REGION": "eu-west-1"}, "eu-west-1"),
        ({"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "us-east-1"}, "eu-west-1"),
        ({"AWS_PROFILE": "ops"}, None),
        ({"AWS_ROLE_ARN": "arn:aws:iam::1:role/ops", "AWS_REGION": ""}, None),
    ],
)
def test_aws_is_on_by_its_own_variables(environ: dict[str, str], region: str | None) -> None:
    found = aws_settings(environ)
    assert found is not None
    assert found.region == region


@pytest.mark.parametrize("environ", [{}, {"AWS_REGION": ""}, {"AWS_ACCESS_KEY_ID": "AKIA"}])
def test_aws_is_off(environ: dict[str, str]) -> None:
    assert aws_settings(environ) is None


def off(settings: Settings) -> list[str]:
    world = vendors.world(settings, utc_now, Measures())
    said = vendors.switched_off(settings, world, [DATA])
    return [words for words in said if words.startswith("AWS")]


def test_aws_is_missed_where_data_lies_there_and_something_can_be_operated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert off(Settings.load(None)) == []
    file = tmp_path / "kubeconfig"
    file.write_text(KUBECONFIG)
    monkeypatch.setenv("CANDLEFISH_KUBECONFIG", str(file))
    missed = "AWS is off, so main-db gets no restore point: set AWS_REGION."
    assert off(Settings.load(None)) == [missed]
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    assert off(Settings.load(None)) == []


def test_a_world_with_a_cluster_and_aws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "kubeconfig"
    file.write_text(KUBECONFIG)
    monkeypatch.setenv("CANDLEFISH_KUBECONFIG", str(file))
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    world = vendors.world(Settings.load(None), utc_now, Measures())
    assert set(world.snapshots) == {Provider.VOLUME_SNAPSHOT, Provider.RDS, Provider.AURORA}
    assert world.images is not None


def test_without_a_cluster_no_registry_is_asked() -> None:
    world = vendors.world(Settings.load(None), utc_now, Measures())
    assert (world.images, world.snapshots) == (None, {})
