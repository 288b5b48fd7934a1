import pytest

from bot.domain.severity import Severity, severity_of, worse


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("critical", "sev2"),
        ("Critical", "sev2"),
        (" CRITICAL ", "sev2"),
        ("page", "sev2"),
        ("warning", "sev3"),
        ("error", "sev3"),
        ("info", "sev4"),
        ("none", "sev4"),
        ("Notice", "sev4"),
        ("sev1", "sev1"),
        ("P1", "sev1"),
        ("2", None),
        ("", None),
        ("apocalyptic", None),
    ],
)
def test_senders_words(text: str, severity: str | None) -> None:
    assert severity_of(text) == severity


def test_the_worse_of_two_is_the_one_with_the_lower_number() -> None:
    assert worse(Severity.SEV3, Severity.SEV1) is Severity.SEV1
    assert worse(Severity.SEV2, Severity.SEV4) is Severity.SEV2
    assert [each.rank for each in Severity] == [1, 2, 3, 4]
