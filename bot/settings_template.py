"""The `.env` file that a new installation starts from, made from the settings themselves."""

from pathlib import Path

from pydantic.fields import FieldInfo

from bot.settings import PREFIX, Settings

_HEAD = """\
# Candlefish's settings. The environment beats this file; a variable that is empty is unset, and
# what belongs to a vendor that is unset is off. Lists are separated by commas, any entry of a list
# of secrets is accepted, and a secret may be file:/path, which is read again when it changes.
# AWS is on by its own variables (AWS_REGION, AWS_PROFILE or AWS_ROLE_ARN), in the environment only.
"""
_SAID_OTHERWISE = {
    "data_dir": ".candlefish",
    "database_url": "sqlite:////folder/candlefish.db",
    "base_url": "http://127.0.0.1:8080",
}


def env_template() -> str:
    """Every variable with what it is for, commented out and showing its default."""
    fields = Settings.model_fields.items()
    return "\n".join([_HEAD, *(_entry(name, field) for name, field in fields)])


def _entry(name: str, field: FieldInfo) -> str:
    return f"# {field.description}\n#{PREFIX}{name.upper()}={_shown(name, field.default)}\n"


def _shown(name: str, default: object) -> str:
    if name in _SAID_OTHERWISE:
        return _SAID_OTHERWISE[name]
    if isinstance(default, Path):
        return default.name
    if isinstance(default, bool):
        return str(default).lower()
    return str(default) if default and isinstance(default, str | int) else ""
