"""AWS's own environment variables: whether AWS is meant to be used, and in which region.

Credentials are its client's business, which reads the same variables.
"""

from collections.abc import Mapping
from dataclasses import dataclass

_REGIONS = ("AWS_REGION", "AWS_DEFAULT_REGION")
_OTHERS = ("AWS_PROFILE", "AWS_ROLE_ARN")


@dataclass(frozen=True, kw_only=True, slots=True)
class AwsSettings:
    """`region` is `None` where the profile has to name it."""

    region: str | None


def aws_settings(environ: Mapping[str, str]) -> AwsSettings | None:
    """`None` where AWS is off. Python's client does not look at `AWS_REGION` itself."""
    given = [environ[name] for name in _REGIONS if environ.get(name)]
    if not given and not any(environ.get(name) for name in _OTHERS):
        return None
    return AwsSettings(region=given[0] if given else None)
