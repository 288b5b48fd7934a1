"""The page for whoever owns the delivery pipeline names what the code reads, and nothing else."""

import re
from dataclasses import fields

from bot.domain.cluster.workload import FREEZE, VERSION
from bot.domain.releases.contracts import Contracts
from tests.house.source import ROOT, modules

PAGE = (ROOT / "docs" / "pipeline.md").read_text(encoding="utf-8")
PREFIX = "candlefish.ai/"
IN_CODE = re.compile(r'"(?:candlefish\.ai/|\{_NOTES\})([a-z-]+)"')


def in_code() -> set[str]:
    contracts = {one.name.replace("_", "-") for one in fields(Contracts)}
    bot = [path for path in modules() if path.relative_to(ROOT).parts[0] == "bot"]
    written = {name for path in bot for name in IN_CODE.findall(path.read_text(encoding="utf-8"))}
    return contracts | written - {"restart"}  # the beginning of its marks' names


def test_it_names_every_mark_that_the_code_knows_and_no_other() -> None:
    named = set(re.findall(rf"`{re.escape(PREFIX)}([a-z-]+)", PAGE))

    assert {"deployed-by", "deploy-freeze", "schema-min"} < in_code()
    assert named == in_code()


def test_it_says_how_a_release_is_told_from_another() -> None:
    visits = (ROOT / "bot" / "adapters" / "visits.py").read_text(encoding="utf-8")
    (header,) = re.findall(r'"(x-candlefish-[a-z-]+)"', visits)

    assert f"`{header}: " in PAGE
    assert f"`{VERSION}`" in PAGE
    assert 'name="build-id"' in PAGE


def test_its_step_asks_for_the_freeze_s_own_mark() -> None:
    (step,) = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)

    assert FREEZE.replace(".", r"\.") in step
