"""The questions about a release, with their holes filled."""

from datetime import timedelta

from bot.domain.ops_data.component import Metrics
from bot.domain.ops_data.questions import Questions, Scope, filled

METRICS = Metrics(requests="http_requests_total", duration="seconds")
SCOPE = Scope(component="api", metrics=METRICS, label="color")
MINUTE = timedelta(minutes=1)


def test_the_questions_of_the_rules() -> None:
    texts = Questions()

    assert filled(texts.errors, SCOPE, window=MINUTE, color="green") == (
        '(sum(rate(http_requests_total{service="api",color="green",code=~"5.."}[60s] )) '
        "or vector(0)) / "
        '(sum(rate(http_requests_total{service="api",color="green"}[60s] )) > 0)'
    )
    assert filled(texts.fast, SCOPE, window=MINUTE, color="green", fast_seconds=0.5) == (
        'sum(rate(seconds_bucket{service="api",color="green",le="0.5"}[60s])) / '
        '(sum(rate(seconds_count{service="api",color="green"}[60s])) > 0)'
    )
    assert filled(texts.requests, SCOPE, window=MINUTE) == (
        'sum(increase(http_requests_total{service="api"}[60s]))'
    )
    assert filled(texts.share, SCOPE, window=MINUTE, old="blue") == (
        '(sum(rate(http_requests_total{service="api",color="blue"}[30s])) or vector(0)) / '
        '(sum(rate(http_requests_total{service="api"}[30s])) > 0)'
    )


def test_what_was_usual_is_asked_for_a_time_before() -> None:
    asked = filled(
        "rate($requests{$which}[$window] $ago)", SCOPE, window=MINUTE, ago=timedelta(minutes=7)
    )

    assert asked == 'rate(http_requests_total{service="api"}[60s] offset 420s)'


def test_a_component_without_the_series_is_not_asked_about() -> None:
    bare = Scope(component="api", metrics=Metrics(requests="x"))

    assert filled(Questions().fast, bare, window=MINUTE) is None
    assert filled(Questions().errors, bare, window=MINUTE) is not None


def test_names_are_escaped_and_environments_told_apart() -> None:
    odd = Scope(
        component='a"b\\c\nd', metrics=METRICS, environment_label="env", environment="staging"
    )

    assert odd.matchers("blue") == 'service="a\\"b\\\\c\\nd",env="staging"'


def test_no_question_looks_back_further_than_an_hour_or_nowhere() -> None:
    def asked(window: timedelta) -> str | None:
        return filled("$requests{$which}[$window]", SCOPE, window=window)

    assert asked(timedelta(hours=3)) == 'http_requests_total{service="api"}[3600s]'
    assert asked(timedelta(milliseconds=20)) == 'http_requests_total{service="api"}[1s]'
