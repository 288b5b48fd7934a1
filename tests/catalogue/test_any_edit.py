"""Whatever an editor leaves in the files, they load or are broken with a reason: never a crash."""

import warnings
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.catalogue import files
from bot.catalogue.load import draft
from tests.catalogue.desk import COMPONENTS, LADDERS, PEOPLE, ROUTES, RUNBOOK, desk
from tests.catalogue.test_operations import GOOD as OPERATIONS
from tests.catalogue.test_queries import GOOD as QUERIES
from tests.catalogue.test_rollouts import GOOD as ROLLOUTS

GOOD = {
    "people.yaml": PEOPLE,
    "ladders.yaml": LADDERS,
    "components.yaml": COMPONENTS,
    "routes.yaml": ROUTES,
    "queries.yaml": QUERIES,
    "operations.yaml": OPERATIONS,
    "Unknown.md": RUNBOOK,
}
SCRAPS = st.sampled_from(
    [
        *("\n", " ", "  ", ":", "- ", "[", "]", "{", "}", "? ", "#", "%", "\t", '"', "'", "|\n"),
        *("null", "~", "true", "-1", "1.0e+999", ".nan", "0x1F", "99999999999999", "[[1]]"),
        *("<<: ", "&a ", "*a", "!!set ", "!x ", "---\n", "- - -", "((", "a{9999999999}"),
        *("\x00", "\ufeff", "\u2028"),
    ]
)


@given(name=st.sampled_from(sorted(GOOD)), data=st.data())
@settings(max_examples=150)
def test_any_edit_loads_or_is_a_problem(name: str, data: st.DataObject) -> None:
    text = GOOD[name]
    if name == "components.yaml" and data.draw(st.booleans()):
        text = ROLLOUTS
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 12)))
        text = text[:start] + data.draw(SCRAPS | st.text(max_size=4)) + text[end:]
    with TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # re: "possible nested set"
        here = desk(Path(folder))
        path = (here.runbooks if name.endswith(".md") else here.routes) / name
        path.write_bytes(text.encode("utf-8", "surrogatepass"))

        read = draft(files.read(here.routes, here.runbooks), "production")
        here.check()

    assert all(problem.file and problem.message for problem in read.problems)
    assert read.problems or read.catalogue.routes.settings.runbook in read.catalogue.runbooks
