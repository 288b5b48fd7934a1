"""runbooks/NAME.md: front matter between two lines of `---`, then the page itself."""

from collections.abc import Collection
from pathlib import Path

from bot.catalogue.problem import Problem
from bot.catalogue.sheet import Sheet
from bot.domain.ops_data.runbook import Runbook, sections_of, steps_of

_FENCE = "---"
_FIELDS = ("title", "alerts", "components")


def parse(
    path: Path, text: str, components: Collection[str] | None
) -> tuple[Runbook, list[Problem]]:
    front, body, problems = _cut(path, text)
    if problems:
        return Runbook(name=path.stem, title="", text=text, sections={}), problems
    # One empty line stands for the fence, so that line numbers are those of the file.
    sheet = Sheet(str(path), f"\n{front}")
    found = sheet.fields(sheet.root, "the front matter", _FIELDS, ("title",))
    sheet.refers(found.get("components"), "component", components)
    sections = sections_of(body)
    runbook = Runbook(
        name=path.stem,
        title=sheet.text(found.get("title"), "title"),
        text=body,
        alerts=sheet.texts(found.get("alerts"), "alerts"),
        components=sheet.texts(found.get("components"), "components"),
        sections=sections,
        steps=steps_of(sections.get("Do", "")),
    )
    return runbook, sheet.problems


def _cut(path: Path, text: str) -> tuple[str, str, list[Problem]]:
    lines = text.splitlines()
    if not lines or lines[0].rstrip() != _FENCE:
        message = f"must begin with {_FENCE}, title: …, {_FENCE}"
        return "", "", [Problem(file=str(path), line=1, message=message)]
    ends = [number for number, line in enumerate(lines) if number and line.rstrip() == _FENCE]
    if not ends:
        message = f"the front matter is not closed by a line {_FENCE}"
        return "", "", [Problem(file=str(path), line=1, message=message)]
    front, body = lines[1 : ends[0]], lines[ends[0] + 1 :]
    return "\n".join(front), "\n".join(body).strip() + "\n", []
