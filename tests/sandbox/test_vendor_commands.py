"""`python -m sandbox aws|netlify|registry`: each twin as a process of its own."""

import re
import signal
import subprocess
import sys

import pytest
import requests

FIRST_ANSWERS = [("aws", "/", 403), ("netlify", "/api/v1/user", 401), ("registry", "/v2/", 200)]


@pytest.mark.parametrize(("vendor", "path", "status"), FIRST_ANSWERS)
def test_it_says_where_it_is_and_serves_until_interrupted(
    vendor: str, path: str, status: int
) -> None:
    command = [sys.executable, "-m", "sandbox", vendor, "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as twin:
        try:
            assert twin.stdout is not None
            url = re.search(r"http://127\.0\.0\.1:\d+", twin.stdout.readline())
            assert url
            answered = requests.get(f"{url[0]}{path}", timeout=10).status_code
            twin.send_signal(signal.SIGINT)
            assert (answered, twin.wait(60)) == (status, 0)
        finally:
            twin.kill()
