"""The local commands' data, for programs."""

import json
import os
import subprocess
import sys
from pathlib import Path


def test_check_lists_its_problems_as_data(tmp_path: Path) -> None:
    (tmp_path / "people.yaml").write_text("peple: {}\n")
    done = subprocess.run(
        [sys.executable, "-m", "handlers.cli", "check", "--json"],
        env={**os.environ, "CANDLEFISH_ROUTES_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    problems = json.loads(done.stdout)
    assert done.returncode == 1
    assert {"file", "line", "message"} == set(problems[0])
    assert ("people.yaml", 1) in {(Path(one["file"]).name, one["line"]) for one in problems}
