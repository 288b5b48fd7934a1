"""The words that approve an operation, and those that break the glass for one."""

from tests.flows.operations.office import Office

WHY = "checkout is down and nobody else answers"


def approval(office: Office, number: int) -> str:
    return f"operation approve OP-{number} --plan-hash {office.find(number).plan_hash}"
