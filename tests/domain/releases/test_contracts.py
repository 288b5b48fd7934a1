"""What a release says it gets on with."""

import pytest

from bot.domain.releases.contracts import Contracts, contracts_of


def test_each_is_an_annotation_of_the_template() -> None:
    said = {
        "candlefish.ai/schema-min": "40",
        "candlefish.ai/schema-max": "43",
        "candlefish.ai/doc-format-min": "2",
        "candlefish.ai/doc-format-max": "3",
        "candlefish.ai/doc-format-writes": " 3 ",
        "candlefish.ai/secret-epoch": "7",
        "candlefish.ai/deployed-by": "github:deploy",
    }

    assert contracts_of({"metadata": {"annotations": said}}) == Contracts(
        schema_min=40,
        schema_max=43,
        doc_format_min=2,
        doc_format_max=3,
        doc_format_writes=3,
        secret_epoch=7,
    )


@pytest.mark.parametrize("said", ["", "v3", "-1", "3.5", "٣", "9999999999", None])
def test_what_is_no_version_is_not_declared(said: object) -> None:
    template = {"metadata": {"annotations": {"candlefish.ai/schema-min": said}}}

    assert contracts_of(template) == Contracts()


@pytest.mark.parametrize("template", [{}, {"metadata": {}}, {"metadata": {"annotations": None}}])
def test_a_release_may_declare_nothing(template: dict[str, object]) -> None:
    assert contracts_of(template) == Contracts()
