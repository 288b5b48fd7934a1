"""`python -m sandbox slack`: the twin as a process of its own."""

import re
import signal
import subprocess
import sys
from pathlib import Path

from slack_sdk import WebClient

PEOPLE = """
people:
  - {id: U7, name: hedy, email: hedy@x.example, is_admin: true}
usergroups:
  - {id: S7, handle: radio, users: [U7]}
"""


def test_it_prints_its_address_and_serves_until_interrupted(tmp_path: Path) -> None:
    people = tmp_path / "people.yaml"
    people.write_text(PEOPLE)
    arguments = ["slack", "--port", "0", "--bot-token", "xoxb-mine", "--people", str(people)]
    with subprocess.Popen(
        [sys.executable, "-m", "sandbox", *arguments], stdout=subprocess.PIPE, text=True
    ) as twin:
        assert twin.stdout is not None
        line = twin.stdout.readline()
        url = re.search(r"http://127\.0\.0\.1:\d+", line)
        assert url
        client = WebClient(token="xoxb-mine", base_url=f"{url[0]}/api/", timeout=5)
        assert client.usergroups_users_list(usergroup="S7")["users"] == ["U7"]
        twin.send_signal(signal.SIGINT)
        assert twin.wait(60) == 0


def refused(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "sandbox", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    return done.stderr


def test_what_it_cannot_read_it_names(tmp_path: Path) -> None:
    people = tmp_path / "people.yaml"
    people.write_text("people: [{id: U7, name: hedy, colour: red}]")
    assert "colour" in refused("slack", "--people", str(people))
    assert "say which vendor" in refused("telex")
