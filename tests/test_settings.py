"""Settings: what stops the start, what the sentences say, and what they never say."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from bot.secret import Secret, SecretList, UnreadableSecret
from bot.settings import BadSettings, Settings, unknown_variables

CANARY = "hunter2-canary"


def load(monkeypatch: pytest.MonkeyPatch, **variables: str) -> Settings:
    for name, value in variables.items():
        monkeypatch.setenv(f"CANDLEFISH_{name}", value)
    return Settings.load(env_file=None)


def rewrite(path: Path, text: str) -> None:
    fresh = path.with_suffix(".new")
    fresh.write_text(text)
    fresh.replace(path)


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


@pytest.mark.parametrize(
    ("name", "value", "looks"),
    [
        ("PORT", CANARY, "port number from 0 to 65535"),
        ("PORT", "65536", "port number from 0 to 65535"),
        ("HOST", f"http://{CANARY}", "127.0.0.1"),
        ("BASE_URL", CANARY, "https://"),
        ("BASE_URL", f"ftp://{CANARY}/", "https://"),
        ("BASE_URL", f"https://{CANARY}:port/", "https://"),
        ("BASE_URL", f"https://[{CANARY}/", "https://"),
        ("PROMETHEUS_URL", f"http://x/?a={CANARY}", "https://"),
        ("ALERTMANAGER_URL", f"http:// {CANARY}", "https://"),
        ("SLACK_API_URL", f"{CANARY}://x", "https://"),
        ("DATABASE_URL", f"mysql://u:{CANARY}@x/y", "postgresql+psycopg://"),
        ("DATABASE_URL", f"postgresql://u:{CANARY}@x", "name a database"),
        ("DATABASE_URL", "sqlite://", "name a file"),
        ("DATABASE_URL", "sqlite:///:memory:", "name a file"),
        ("DATABASE_URL", f"sqlite:////missing/{CANARY}/x.db", "folder that does not exist"),
        ("DATABASE_URL", f"file:/missing/{CANARY}", "cannot be read"),
        ("DATA_DIR", f"/dev/null/{CANARY}", "a folder"),
        ("DATA_DIR", f"{CANARY}?mode=ro", "plain path"),
        ("DATA_DIR", f"{CANARY}\r", "plain path"),
        ("ROUTES_DIR", f"/missing/{CANARY}", "a folder that exists"),
        ("RUNBOOKS_DIR", f"/missing/{CANARY}", "a folder that exists"),
        ("ENVIRONMENT", f"{CANARY} and more", "production, staging or preview"),
        ("SLACK_CHANNEL", f"{CANARY} and more", "#ops-emergency"),
        ("SLACK_BOT_TOKEN", CANARY, "xoxb-"),
        ("SLACK_APP_TOKEN", CANARY, "xapp-"),
        ("SLACK_BOT_TOKEN", f"file:/missing/{CANARY}", "cannot be read"),
        ("SLACK_SIGNING_SECRETS", f"fine,file:/missing/{CANARY}", "cannot be read"),
        ("ALERTMANAGER_TOKENS", f"file:/missing/{CANARY}", "cannot be read"),
        ("CORS_ORIGINS", "*", "https://host:port"),
        ("CORS_ORIGINS", f"https://a.example,https://b.example/{CANARY}", "https://host:port"),
        ("OPEN_PAGES", CANARY, "true or false"),
        ("LOG_LEVEL", CANARY, "debug, info, warning or error"),
        ("LOG_LEVEL", "DEBUG", "not be debug in production"),
        ("JWKS_URL", f"http://{CANARY}.example/keys", "https://"),
        ("JWT_PUBLIC_KEYS", f"/missing/{CANARY}", "cannot be read"),
        ("KUBECONFIG", f"/missing/{CANARY}", "cannot be read"),
        ("KUBECONFIG", __file__, "not YAML"),
        ("KUBECONFIG", "pyproject.toml", "not YAML"),
        ("KUBECONFIG", "alert_routes/components.yaml", "lists no clusters"),
        ("JWT_PUBLIC_KEYS", __file__, "-----BEGIN PUBLIC KEY-----"),
    ],
)
def test_malformed_value_stops_with_one_sentence_and_without_the_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, looks: str
) -> None:
    with pytest.raises(BadSettings) as raised:
        load(monkeypatch, **{name: value})

    (problem,) = raised.value.problems
    assert problem.startswith(f"CANDLEFISH_{name} ")
    assert looks in problem
    assert CANARY not in problem
    assert raised.value.__cause__ is None


def test_every_problem_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadSettings) as raised:
        load(monkeypatch, PORT="x", HOST="a b", SLACK_BOT_TOKEN="y", DATA_DIR="/dev/null")

    named = [problem.split()[0] for problem in raised.value.problems]
    assert named == [
        "CANDLEFISH_DATA_DIR",
        "CANDLEFISH_HOST",
        "CANDLEFISH_PORT",
        "CANDLEFISH_SLACK_BOT_TOKEN",
    ]


@given(
    name=st.sampled_from(sorted(Settings.model_fields)),
    value=st.text(st.characters(exclude_characters="\0", codec="utf-8"), min_size=1),
)
def test_any_value_either_loads_or_is_refused_in_words(name: str, value: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(f"CANDLEFISH_{name.upper()}", value)
        try:
            Settings.load(env_file=None)
            problems: tuple[str, ...] = ()
        except BadSettings as refusal:
            problems = refusal.problems

    assert all(problem.startswith(f"CANDLEFISH_{name.upper()} ") for problem in problems)


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


def test_unreadable_env_file_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"CANDLEFISH_PORT=\xff\n")
    with pytest.raises(BadSettings, match="cannot be read as UTF-8"):
        Settings.load(env_file=tmp_path / ".env")


def test_unknown_variables_name_the_nearest_known_one(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("CANDLEFISH_SLACK_SIGNING_SECRET=x\nOTHER=1\n")
    said = unknown_variables({"CANDLEFISH_WEATHER": CANARY, "PATH": "/"}, tmp_path / ".env")

    assert said == (
        (
            "CANDLEFISH_SLACK_SIGNING_SECRET is set, but nothing reads it; "
            "did you mean CANDLEFISH_SLACK_SIGNING_SECRETS?"
        ),
        "CANDLEFISH_WEATHER is set, but nothing reads it; see .env.example or `candlefish init`",
    )
    assert unknown_variables({"CANDLEFISH_PORT": "1"}, None) == ()


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


def test_secret_file_is_followed(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("first\n")
    secret = Secret(f"file:{path}")
    assert secret.reveal() == "first"

    rewrite(path, "second")
    assert secret.reveal() == "second"
    path.write_text("thirdd")
    assert secret.reveal() == "thirdd"


def test_secret_file_rewritten_in_the_same_tick_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("aaaa")
    secret = Secret(f"file:{path}")
    for text in ("bbbb", "cccc", "dddd"):
        path.write_text(text)
        assert secret.reveal() == text


def test_secret_keeps_its_last_value_while_its_file_is_gone_or_empty(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "token"
    path.write_text(CANARY)
    secret = Secret(f"file:{path}")
    path.unlink()
    assert [secret.reveal(), secret.reveal()] == [CANARY, CANARY]
    path.write_text(" \n")
    assert secret.reveal() == CANARY
    path.write_text("back")
    assert secret.reveal() == "back"

    assert len(caplog.records) == 1
    assert CANARY not in caplog.text


def test_secret_list_accepts_any_entry_and_each_line_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "tokens"
    path.write_text("new\nold\n")
    tokens = SecretList(f"constant, file:{path}")

    assert [tokens.accepts(word) for word in ("constant", "new", b"old")] == [True] * 3
    assert not any(
        tokens.accepts(word) for word in ("", "newold", "new\nold", "ne", "\udcff", b"\xff")
    )
    rewrite(path, "newest\n")
    assert tokens.accepts("newest")
    assert not tokens.accepts("old")


def test_no_secret_accepts_nothing() -> None:
    nobody = SecretList(" , ")

    assert not nobody
    assert not nobody.accepts("")


def test_missing_secret_file_is_refused_at_the_start() -> None:
    with pytest.raises(UnreadableSecret, match="cannot be read"):
        Secret("file:/missing/secret")


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
