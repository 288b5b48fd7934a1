"""What the engine takes for granted of dbos: asked anew at every new version of it."""

import inspect
import logging
import threading
from typing import Any

import dbos
import pytest
from dbos import DBOS, DBOSClient, DBOSConfig, SetWorkflowID, StepOptions
from sqlalchemy import text

from bot.engine.connections import Connections
from bot.engine.parked import Parked
from bot.engine.run import Run
from bot.engine.standing import RunState
from tests.crash.patience import until
from tests.engine.engines import Engines, ended
from tests.engine.processes import client

CALLS: list[tuple[Any, set[str]]] = [
    (DBOS.destroy, {"destroy_registry"}),
    (DBOS.workflow, {"name", "max_recovery_attempts"}),
    (DBOS.run_step, {"dbos_step_options", "func"}),
    (DBOS.start_workflow, {"func"}),
    (DBOSClient, {
        "system_database_engine", "dbos_system_schema", "serializer", "application_name", "lazy",
        "retry_connection_errors",
    }),
    (DBOSClient.list_workflows, {
        "workflow_ids", "status", "executor_id", "completed_before", "limit", "load_input",
        "load_output",
    }),
    (DBOSClient.resume_workflows, {"workflow_ids", "queue_name"}),
    (DBOSClient.resume_workflow, {"workflow_id", "queue_name"}),
    (DBOSClient.cancel_workflow, {"workflow_id"}),
    (DBOSClient.delete_workflows, {"workflow_ids"}),
    (SetWorkflowID, set()),
]  # fmt: skip
SETTINGS = {
    "name", "executor_id", "application_version", "system_database_engine", "dbos_system_schema",
    "serializer", "max_executor_threads", "notification_listener_polling_interval_sec", "log_level",
}  # fmt: skip


@pytest.mark.parametrize(("call", "names"), CALLS, ids=lambda one: getattr(one, "__name__", ""))
def test_a_call_is_public_and_takes_what_we_give(call: Any, names: set[str]) -> None:
    assert not call.__name__.startswith("_")
    assert names <= set(inspect.signature(call).parameters)


def test_settings_are_still_known() -> None:
    assert set(DBOSConfig.__annotations__) >= SETTINGS
    assert "name" in StepOptions.__annotations__


def test_our_door_is_open() -> None:
    used = {"DBOS", "DBOSClient", "DBOSConfig", "SetWorkflowID", "Serializer", "WorkflowStatus"}

    assert used <= set(dbos.__all__)


def test_it_says_only_what_matters_and_advertises_nothing(
    engines: Engines, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    engine = engines.launched(work=lambda run: run.step("one", lambda: 1))
    engine.start("work", "op:1")
    ended(engine, "op:1")
    engines.stop()

    assert [one.getMessage() for one in caplog.records if one.name.startswith("dbos")] == []
    assert "dbos" not in "".join(capfd.readouterr())


def test_who_parks_leaves_no_outcome_and_its_steps_stay(engines: Engines) -> None:
    def work(run: Run) -> None:
        run.step("one", lambda: 1)
        raise Parked

    engine = engines.launched(work=work)
    engine.start("work", "op:1")
    with client(engines.db, engines.folder) as asked:
        until(lambda: asked.list_workflow_steps("op:1"), "the first step is recorded")
    engines.stop()
    with client(engines.db, engines.folder) as asked:
        (found,) = asked.list_workflows(workflow_ids=["op:1"])

    assert found.status == "ENQUEUED"  # handed over, for whoever comes next


def test_an_execution_that_was_overtaken_records_nothing_more(engines: Engines) -> None:
    """The fence; and the run, which nobody has in hand then, is begun once more."""
    inside, go = threading.Event(), threading.Event()
    begun: list[int] = []

    def step() -> int:
        begun.append(len(begun))
        inside.set()
        go.wait(30)
        return begun[-1]

    engines.ttl = 1.0
    engine = engines.launched(work=lambda run: run.step("one", step))
    engine.start("work", "op:1")
    assert inside.wait(30)
    with client(engines.db, engines.folder) as asked:
        asked.resume_workflows(["op:1"], queue_name=None)
        until(lambda: asked.list_workflows(workflow_ids=["op:1"])[0].status == "PENDING", "it came")
    go.set()
    standing = ended(engine, "op:1")

    assert (standing.state, standing.result, begun) == (RunState.ENDED, 1, [0, 1])


def test_a_run_that_came_to_its_end_is_not_resumed(engines: Engines) -> None:
    begun: list[bool] = []
    engine = engines.launched(work=lambda run: begun.append(True))
    engine.start("work", "op:1")
    ended(engine, "op:1")
    with client(engines.db, engines.folder) as asked:
        asked.resume_workflows(["op:1"], queue_name=None)

    standing = engine.standing("op:1")
    assert standing is not None
    assert standing.state is RunState.ENDED
    assert begun == [True]


def test_nothing_is_stored_as_a_pickle(engines: Engines) -> None:
    engine = engines.launched(work=lambda run: run.step("one", lambda: {"a": 1}))
    engine.start("work", "op:1")
    ended(engine, "op:1")
    schema = "" if engines.db.is_sqlite else "dbos."
    connections = Connections(engines.db, engines.folder)
    with connections.engine.connect() as connection:
        told = {
            one
            for table in ("workflow_status", "operation_outputs")
            for one in connection.execute(text(f"SELECT serialization FROM {schema}{table}"))
        }
    connections.close()

    assert told == {("candlefish_json_v1",)}
