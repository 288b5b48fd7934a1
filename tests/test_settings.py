"""Settings: where they come from, what they mean, and what they never say."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bot.settings import BadSettings, Settings
from tests.environment import CANARY, load


def pem(path: Path, key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> Path:
    public = key.public_key()
    path.write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return path


def test_nothing_set_starts_with_every_vendor_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load(monkeypatch)

    assert settings.data_dir == tmp_path / ".candlefish"
    assert settings.database_url == f"sqlite:///{tmp_path}/.candlefish/candlefish.db"
    assert settings.base_url == "http://127.0.0.1:8080"
    assert not settings.slack_on
    assert not settings.alertmanager_tokens
    assert settings.prometheus_url is None
    assert settings.secret_values() == ()


def test_empty_counts_as_unset_and_hides_what_env_file_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("CANDLEFISH_PORT=9000\nCANDLEFISH_HOST=127.0.0.2\n")
    monkeypatch.setenv("CANDLEFISH_PORT", "  ")
    settings = Settings.load(env_file=tmp_path / ".env")

    assert (settings.host, settings.port) == ("127.0.0.2", 8080)


def test_the_environment_beats_the_env_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("CANDLEFISH_PORT=9000\n")
    monkeypatch.setenv("CANDLEFISH_PORT", "9001")

    assert Settings.load(env_file=tmp_path / ".env").port == 9001


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:81"),
        ("0.0.0.0", "http://127.0.0.1:81"),
        ("::", "http://[::1]:81"),
        ("bot.example.org", "http://bot.example.org:81"),
    ],
)
def test_own_address_follows_host_and_port(
    monkeypatch: pytest.MonkeyPatch, host: str, address: str
) -> None:
    assert load(monkeypatch, HOST=host, PORT="81").base_url == address


def test_pages_open_only_on_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(monkeypatch, OPEN_PAGES="true").open_pages
    with pytest.raises(BadSettings, match="CANDLEFISH_OPEN_PAGES should be true only while"):
        load(monkeypatch, OPEN_PAGES="true", HOST="0.0.0.0")


def test_a_database_in_the_data_folder_needs_no_folder_yet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path}/new/own.db"

    assert load(monkeypatch, DATA_DIR=f"{tmp_path}/new", DATABASE_URL=url).database_url == url


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_is_spoken_to_by_psycopg(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    settings = load(monkeypatch, DATABASE_URL=f"{scheme}://u:{CANARY}@db/candlefish")

    assert settings.database_url == f"postgresql+psycopg://u:{CANARY}@db/candlefish"
    assert CANARY not in repr(settings)
    assert settings.secret_values() == (CANARY,)


def test_database_url_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "url").write_text("postgresql://u:p@db/candlefish\n")
    settings = load(monkeypatch, DATABASE_URL=f"file:{tmp_path}/url")

    assert settings.database_url == "postgresql+psycopg://u:p@db/candlefish"


def test_public_keys_are_rsa_and_long_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = pem(tmp_path / "good.pem", rsa.generate_private_key(65537, 2048))
    curve = pem(tmp_path / "curve.pem", ec.generate_private_key(ec.SECP256R1()))
    short = pem(tmp_path / "short.pem", rsa.generate_private_key(65537, 1024))

    assert load(monkeypatch, JWT_PUBLIC_KEYS=f"file:{good}, {good}").jwt_public_keys == (good, good)
    for bad in (curve, short):
        with pytest.raises(BadSettings, match="RSA public keys of at least 2048 bits"):
            load(monkeypatch, JWT_PUBLIC_KEYS=str(bad))


def test_a_kubeconfig_is_a_file_with_contexts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "config"
    file.write_text("clusters: []\ncontexts: [{name: east}, {name: west}]\n")
    monkeypatch.chdir(tmp_path)

    settings = load(monkeypatch, KUBECONFIG="config", KUBE_CONTEXT="west")
    assert (settings.kubeconfig, settings.kube_context) == (str(file), "west")
    with pytest.raises(BadSettings, match=r"KUBE_CONTEXT should be a context of .*: east, west"):
        load(monkeypatch, KUBE_CONTEXT="north")

    file.write_text("clusters: []\ncontexts: []\n")
    with pytest.raises(BadSettings, match="KUBECONFIG should name a kubeconfig with at least one"):
        load(monkeypatch, KUBE_CONTEXT="")


def test_a_pod_of_the_cluster_needs_no_kubeconfig(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(monkeypatch, KUBECONFIG="in-cluster", KUBE_CONTEXT="whatever")

    assert (settings.kubeconfig, settings.kube_context) == ("in-cluster", "whatever")


def test_secrets_never_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tokens").write_text(f"one-{CANARY}\n\ntwo-{CANARY}\n")
    settings = load(
        monkeypatch,
        SLACK_BOT_TOKEN=f"xoxb-{CANARY}",
        SLACK_SIGNING_SECRETS=f"old-{CANARY},new-{CANARY}",
        ALERTMANAGER_TOKENS=f"file:{tmp_path}/tokens",
    )

    assert CANARY not in repr(settings) + str(settings)
    assert set(settings.secret_values()) == {
        f"{word}-{CANARY}" for word in ("xoxb", "old", "new", "one", "two")
    }


def test_logins_of_registries_are_a_file_that_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config.json").write_text("{}")
    monkeypatch.chdir(tmp_path)
    assert load(monkeypatch, REGISTRY_LOGINS="config.json").registry_logins == (
        tmp_path / "config.json"
    )
    with pytest.raises(BadSettings, match="REGISTRY_LOGINS names a file that is not there"):
        load(monkeypatch, REGISTRY_LOGINS="nowhere.json")
