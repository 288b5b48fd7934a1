"""What the checks of a rollback are asked about here, and what they came to."""

from datetime import timedelta

from bot.domain.operations.aim import Aim, aim
from bot.domain.operations.check import Check, Code, Result
from bot.domain.operations.plan import Kind as Asked
from bot.domain.operations.prechecks import Untold
from bot.domain.operations.rollback import known, plan
from bot.domain.operations.survey import ClusterSurvey
from tests.domain.operations.release_scene import Story, asking, operation

AWAY = Untold(why="nobody answers")
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def aimed(survey: ClusterSurvey | None = None, to_version: str = "") -> Aim:
    read = survey or Story().survey()
    asked = asking(operation(Asked.ROLLBACK, "api", to_version=to_version))
    return aim(plan(asked, [read]).legs[0], read, known(asked, read))


def told(check: Check) -> tuple[Code, Result]:
    return check.code, check.result
