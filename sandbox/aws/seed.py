"""The account as the sandbox starts it: databases, secrets and images to operate on."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from sandbox.registry.image import Image
from sandbox.registry.shelf import seeded

_FILE = Path(__file__).with_name("resources.yaml")


@dataclass(frozen=True, kw_only=True)
class Engine:
    """A PostgreSQL, with as many days of automated backups as `retention`."""

    name: str
    multi_az: bool = False
    retention: int = 0


@dataclass(frozen=True, kw_only=True)
class Seed:
    databases: tuple[Engine, ...] = ()
    clusters: tuple[Engine, ...] = ()
    secrets: tuple[str, ...] = ()
    images: tuple[Image, ...] = field(default_factory=seeded)


def usual(file: Path = _FILE) -> Seed:
    rows: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return Seed(
        databases=_engines(rows["databases"]),
        clusters=_engines(rows["clusters"]),
        secrets=tuple(rows["secrets"]),
    )


def instance_kwargs(engine: Engine) -> dict[str, Any]:
    """In moto's own spelling."""
    return {
        "db_instance_identifier": engine.name,
        "db_instance_class": "db.m7g.large",
        "engine": "postgres",
        "engine_version": "16.4",
        "allocated_storage": 100,
        "master_username": "candlefish",
        "master_user_password": "sandbox-database-password",
        # Without one moto makes a whole VPC, with 4 MB of machine images that nobody asks for.
        "vpc_security_group_ids": ["sg-0123456789abcdef0"],
        "multi_az": engine.multi_az,
        "backup_retention_period": engine.retention,
    }


def cluster_kwargs(engine: Engine) -> dict[str, Any]:
    return {
        "db_cluster_identifier": engine.name,
        "engine": "aurora-postgresql",
        "engine_version": "16.4",
        "master_username": "candlefish",
        "master_user_password": "sandbox-database-password",
        "backup_retention_period": engine.retention,
    }


def secret_value(name: str) -> str:
    return json.dumps({"username": "app", "password": f"first-value-of-{name}"})


def _engines(rows: dict[str, dict[str, Any]]) -> tuple[Engine, ...]:
    return tuple(Engine(name=name, **row) for name, row in rows.items())
