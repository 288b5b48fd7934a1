"""The container image, by its Dockerfile: what it promises to run as, and what it takes in."""

import json
import re
import urllib.error
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from tests.house.source import ROOT

TEXT = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
LINES = [line.strip() for line in TEXT.splitlines() if line.strip() and line[0] != "#"]
STAGES = [" ".join(stage.split()) for stage in re.split(r"^FROM ", TEXT, flags=re.MULTILINE)[1:]]


def instruction(word: str) -> list[str]:
    return [line.removeprefix(f"{word} ").strip() for line in LINES if line.startswith(f"{word} ")]


def command(word: str) -> list[str]:
    words: list[str] = json.loads(instruction(word)[-1])
    return words


def probe() -> str:
    (line,) = instruction("HEALTHCHECK")
    words: list[str] = json.loads(line.partition("CMD ")[2])
    assert words[:2] == ["python", "-c"]
    return words[2]


class _Ready(BaseHTTPRequestHandler):
    status = 200

    def do_GET(self) -> None:
        assert self.path == "/readyz"
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class names it)
        """Keep the test's output clean."""


def test_two_stages_on_the_slim_base() -> None:
    assert [stage.split()[0] for stage in STAGES] == ["python:3.12-slim"] * 2


def test_runs_as_uid_1001_under_tini() -> None:
    assert instruction("USER") == ["1001:1001"]
    assert command("ENTRYPOINT") == ["/usr/bin/tini", "--"]
    assert command("CMD") == ["candlefish", "serve"]
    assert "install -y --no-install-recommends tini" in STAGES[1]


def test_everything_installed_is_in_a_lock() -> None:
    installs = re.findall(r"pip install (.*?)(?= && |$| [A-Z]+ )", STAGES[0])

    assert installs
    assert all("--require-hashes" in found or "--no-deps --no-index" in found for found in installs)
    assert "--no-build-isolation" in STAGES[0]
    assert "pip" not in STAGES[1]


def test_only_the_data_folder_is_written() -> None:
    settings = dict(pair.split("=", 1) for pair in instruction("ENV")[-1].split())

    assert instruction("VOLUME") == ["/data"]
    assert settings["CANDLEFISH_DATA_DIR"] == settings["TMPDIR"] == "/data"
    assert settings["PYTHONDONTWRITEBYTECODE"] == "1"
    assert settings["CANDLEFISH_HOST"] == "0.0.0.0"
    assert "compileall" in STAGES[0]
    assert instruction("EXPOSE") == ["8080"]


def test_what_is_copied_exists_and_is_not_ignored() -> None:
    allowed = {
        line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line[0] == "!"
    }
    sources = {
        source
        for line in instruction("COPY")
        if not line.startswith("--from")
        for source in line.split()[:-1]
    }

    assert sources == allowed
    assert all((ROOT / source).exists() for source in sources)


@pytest.mark.parametrize("status", [200, 503])
def test_the_health_check_follows_readyz(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    handler = type("Handler", (_Ready,), {"status": status})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.handle_request)
        thread.start()
        monkeypatch.setenv("CANDLEFISH_PORT", str(server.server_port))
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
        try:
            exec(probe(), {})
            answered = 200
        except urllib.error.HTTPError as error:
            answered = error.code
            error.close()
        thread.join()

    assert answered == status
