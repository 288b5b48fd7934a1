"""P4 to P6, judged: the schema, the formats and the secrets a target can live with."""

from dataclasses import replace

import pytest

from bot.domain.cluster.workload import Service
from bot.domain.operations import contract_checks
from bot.domain.operations.check import Code, Result
from bot.domain.operations.prechecks import Untold
from bot.domain.releases.contracts import Contracts
from bot.domain.verification.verification import Verdict
from tests.domain.operations.judged import AWAY, DAY, HOUR, MINUTE, aimed, told
from tests.domain.operations.release_scene import Story, served
from tests.domain.operations.workloads import template, workload


def _service() -> Service:
    service = Story().survey().service
    assert service is not None
    return service


@pytest.mark.parametrize(
    ("target", "live", "result"),
    [
        (Contracts(), AWAY, Result.PASS),
        (Contracts(schema_min=3, schema_max=5), 5.0, Result.PASS),
        (Contracts(schema_min=3, schema_max=5), 6.0, Result.BLOCK),
        (Contracts(schema_min=3), 2.0, Result.BLOCK),
        (Contracts(schema_max=3), 1.0, Result.PASS),
        (Contracts(schema_max=3), AWAY, Result.UNKNOWN),
        (Contracts(), None, Result.PASS),
        (Contracts(schema_max=3), None, Result.UNKNOWN),
    ],
)
def test_p4_applies_where_a_schema_is_declared(
    target: Contracts, live: float | Untold | None, result: Result
) -> None:
    assert told(contract_checks.schema("api", target, live)) == (Code.SCHEMA, result)


def test_p4_where_nobody_can_ask_it_says_what_to_declare() -> None:
    found = contract_checks.schema("api", Contracts(schema_min=3), None)

    assert found.blocks
    assert "a schema_query in components.yaml" in found.seen


@pytest.mark.parametrize(
    ("target", "written", "result"),
    [
        (Contracts(), (3,), Result.PASS),
        (Contracts(doc_format_min=1, doc_format_max=2), (2,), Result.PASS),
        (Contracts(doc_format_min=1, doc_format_max=2), (3, 2), Result.BLOCK),
        (Contracts(doc_format_max=2), (2, None), Result.UNKNOWN),
        (Contracts(doc_format_max=2), (3, None), Result.BLOCK),
    ],
)
def test_p5_the_target_reads_all_that_was_written_since(
    target: Contracts, written: tuple[int | None, ...], result: Result
) -> None:
    since = [Contracts(doc_format_writes=one) for one in written]

    assert told(contract_checks.formats("api", target, since)) == (Code.FORMAT, result)


def test_p5_a_release_between_counts_though_it_is_gone() -> None:
    """Two bad releases in a row: the first of them wrote what the target cannot read."""
    good = template("v1.2.0", "blue", annotations={"candlefish.ai/doc-format-max": "2"})
    worse = template("v1.4.0", "blue", annotations={"candlefish.ai/doc-format-writes": "2"})
    rows = (
        served(good, version="v1.2.0", workload="api-blue", since=DAY, until=HOUR,
               verdict=Verdict.PASS),
        served("gone", version="v1.3.0", workload="api-green", since=HOUR, until=11 * MINUTE,
               contracts=Contracts(doc_format_writes=3)),
        served(worse, version="v1.4.0", workload="api-blue", since=11 * MINUTE,
               contracts=Contracts(doc_format_writes=2)),
    )  # fmt: skip
    read = replace(
        Story().survey(records=rows),
        workloads={"blue": workload("blue", good, worse), "green": workload("green", Story().bad)},
        service=replace(_service(), selector={"app": "api", "color": "blue"}),
    )
    found = aimed(read)

    check = contract_checks.formats("api", found.contracts, found.written_since)

    assert check.result is Result.BLOCK
    assert "format 3 was written since" in check.seen


@pytest.mark.parametrize(
    ("epoch", "valid_from", "result"),
    [
        (None, None, Result.PASS),
        (4, 4, Result.PASS),
        (3, 4, Result.BLOCK),
        (None, 4, Result.UNKNOWN),
    ],
)
def test_p6_revoked_secrets_never_come_back(
    epoch: int | None, valid_from: int | None, result: Result
) -> None:
    check = contract_checks.secrets("api", Contracts(secret_epoch=epoch), valid_from)

    assert told(check) == (Code.SECRETS, result)
