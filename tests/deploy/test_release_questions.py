"""The questions about a release, as a real Prometheus answers them around a switch at five minutes.

Blue fails three requests in ten until then, green none from then on.
"""

import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.domain.ops_data.component import Metrics
from bot.domain.ops_data.questions import Scope, filled
from sandbox.servers import Binary, missing
from tests.catalogue.desk import Desk
from tests.catalogue.test_ops_data import ROUTES, RUNBOOKS
from tests.conftest import lacking

SHIPPED = Desk(routes=ROUTES, runbooks=RUNBOOKS).load()
GRAPHQL = SHIPPED.components["graphql-api"]
MINUTE = timedelta(minutes=1)
EMPTY: list[dict[str, Any]] = []

_COUNTER = 'http_requests_total{{service="graphql-api",color="{color}",code="{code}"}}'
_HISTOGRAM = 'http_request_duration_seconds_{part}{{service="graphql-api",color="green"{le}}}'
SERIES = {
    _COUNTER.format(color="blue", code="200"): "0+70x20 1400x40",
    _COUNTER.format(color="blue", code="500"): "0+30x20 600x40",
    _COUNTER.format(color="green", code="200"): "0x20 100+100x40",
    _HISTOGRAM.format(part="bucket", le=',le="0.5"'): "0x20 50+50x40",
    _HISTOGRAM.format(part="bucket", le=',le="+Inf"'): "0x20 100+100x40",
    _HISTOGRAM.format(part="count", le=""): "0x20 100+100x40",
}


def asked(name: str, color: str = "", *, old: str = "", ago: timedelta = timedelta()) -> str:
    """As the shipped ops data has it, about the shipped graphql-api."""
    scope = Scope(component=GRAPHQL.name, metrics=GRAPHQL.metrics, label=GRAPHQL.color_label)
    text = getattr(SHIPPED.policy.questions, name)
    question = filled(text, scope, window=MINUTE, color=color, old=old, ago=ago)
    assert question is not None
    return question


@pytest.mark.parametrize(
    ("question", "at", "expected"),
    [
        (asked("errors", "blue"), "5m", 0.3),
        (asked("errors", "green"), "5m30s", 0.0),
        (asked("errors", "green"), "7m", 0.0),
        # Of all colours: still the old release's failures, until window and scrape are over.
        (f"({asked('errors')}) > bool 0.1", "5m30s", 1.0),
        (asked("errors"), "6m15s", 0.0),
        (asked("errors", ago=2 * MINUTE), "6m", 0.3),
        (asked("requests", "green"), "7m", 400.0),
        (asked("requests", "purple"), "7m", None),
        (asked("fast", "green"), "7m", 0.5),
        (asked("share", old="blue"), "5m", 1.0),
        (asked("share", old="blue"), "6m", 0.0),
        (asked("share", old="purple"), "6m", 0.0),
        # No traffic and no series have no answer: never a pass.
        (asked("errors", "green"), "4m", None),
        (asked("fast", "green"), "4m", None),
        (asked("errors", "purple"), "7m", None),
        (asked("fast", "purple"), "7m", None),
    ],
)
def test_prometheus_answers(tmp_path: Path, question: str, at: str, expected: float | None) -> None:
    done = promtool(tmp_path, question, at, expected)

    assert done.returncode == 0, done.stdout + done.stderr


def promtool(
    folder: Path, expression: str, at: str, value: float | None
) -> subprocess.CompletedProcess[str]:
    if absent := missing(Binary.PROMTOOL):
        lacking(absent[Binary.PROMTOOL])
    found = EMPTY if value is None else [{"labels": "{}", "value": value}]
    case = {
        "rule_files": [],
        "evaluation_interval": "15s",
        "tests": [
            {
                "interval": "15s",
                "input_series": [
                    {"series": name, "values": values} for name, values in SERIES.items()
                ],
                "promql_expr_test": [{"expr": expression, "eval_time": at, "exp_samples": found}],
            }
        ],
    }
    file = folder / "questions_test.yml"
    file.write_text(yaml.safe_dump(case))
    return subprocess.run(
        [Binary.PROMTOOL.path(), "test", "rules", str(file)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_question_without_its_series_is_not_asked() -> None:
    bare = Scope(component="graphql-api", metrics=Metrics())
    texts = SHIPPED.policy.questions

    for text in (texts.errors, texts.fast, texts.requests, texts.share):
        assert filled(text, bare, window=MINUTE) is None
