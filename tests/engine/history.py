"""A run as it was written down: kept as text, laid into an engine's file, and gone on from."""

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from bot.engine.connections import FILE

History = dict[str, list[dict[str, Any]]]
_TABLES = ("workflow_status", "workflow_input", "operation_outputs")
_ENDED = ("completed_at", "owner_xid", "started_at_epoch_ms")


def read(folder: Path, runs: Iterable[str]) -> History:
    with closing(sqlite3.connect(folder / FILE)) as file:
        file.row_factory = sqlite3.Row
        found: History = {}
        for table in _TABLES:
            rows = [dict(row) for row in file.execute(f"SELECT * FROM {table} ORDER BY rowid")]
            found[table] = [
                {name: value for name, value in row.items() if value is not None}
                for row in rows
                if row["workflow_uuid"] in set(runs)
            ]
    return found


def at(history: History, root: str, rows: int) -> History:
    """The same as it was when so many steps of it and of its lanes, in all, were written."""
    done = history["operation_outputs"][:rows]
    there = {root}
    there |= {row["workflow_uuid"] for row in done}
    there |= {row["child_workflow_id"] for row in done if "child_workflow_id" in row}
    begun_by_then = {
        table: [row for row in history[table] if row["workflow_uuid"] in there]
        for table in ("workflow_status", "workflow_input")
    }
    whole = {**begun_by_then, "operation_outputs": done}
    return begun(whole, max((row["function_id"] for row in done), default=0))


def begun(history: History, steps: int) -> History:
    """The same run when only its first steps were done."""
    status = [
        {name: value for name, value in row.items() if name not in _ENDED}
        | {"status": "PENDING", "recovery_attempts": 1}
        for row in history["workflow_status"]
    ]
    done = [row for row in history["operation_outputs"] if row["function_id"] <= steps]
    return {**history, "workflow_status": status, "operation_outputs": done}


def renamed(history: History, old: str, new: str) -> History:
    """The same under another name, its lanes too."""
    told: History = json.loads(json.dumps(history).replace(old, new))
    return told


def lay(folder: Path, history: History) -> None:
    """Into the file of an engine that was launched before and is stopped."""
    with closing(sqlite3.connect(folder / FILE)) as file, file:
        for table, rows in history.items():
            for row in rows:
                names, marks = ", ".join(row), ", ".join("?" * len(row))
                file.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", [*row.values()])


def load(path: Path) -> History:
    history: History = json.loads(path.read_text(encoding="utf-8"))
    return history


def save(path: Path, history: History) -> None:
    path.write_text(json.dumps(history, indent=1, sort_keys=True) + "\n", encoding="utf-8")
