"""Settings that stop the start: in one sentence each, all at once, and without the value."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings import BadSettings, Settings, unknown_variables
from tests.environment import CANARY, load


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
