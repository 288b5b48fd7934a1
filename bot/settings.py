"""Every knob, typed, read once at the start from `CANDLEFISH_*` and `.env`, and nowhere else.

Field descriptions finish the sentence "CANDLEFISH_… should be …": they are what a person reads when
a value is malformed, and what the `.env` template says.
"""

import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import Field, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot import settings_forms as forms
from bot import settings_kubeconfig as kube
from bot.secret import Secret, SecretList

PREFIX = "CANDLEFISH_"
_HOME = Path(__file__).parents[1]
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 (addresses to replace, not to bind)


class BadSettings(Exception):
    """Settings that stop the start: one sentence per problem, none with a value in it."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Settings(BaseSettings):
    """The bot's settings; an unset vendor is off. Variables that are set but empty are unset."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        env_file_encoding="utf-8",
        validate_default=False,
    )

    data_dir: forms.DataFolder = Field(
        default_factory=lambda: Path(".candlefish").absolute(),
        description="the folder for the database and the keys",
    )
    database_url: forms.DatabaseUrl = Field(
        default_factory=lambda data: f"sqlite:///{data['data_dir'] / 'candlefish.db'}",
        repr=False,
        description="sqlite:////folder/file.db or postgresql+psycopg://user:password@host/database",
    )
    host: forms.Host = Field("127.0.0.1", description="the address to listen on")
    port: Annotated[int, Field(ge=0, le=65535)] = Field(
        8080, description="a port number from 0 to 65535 (0: any free one)"
    )
    base_url: forms.Url = Field(
        default_factory=lambda data: _address(data["host"], data["port"]),
        description="the address at which people reach this bot, such as https://bot.example.org",
    )
    environment: forms.Name = Field(
        "production", description="the environment of alerts that name none, such as production"
    )
    routes_dir: forms.Folder = Field(
        _HOME / "alert_routes", description="the folder with components.yaml and routes.yaml"
    )
    runbooks_dir: forms.Folder = Field(
        _HOME / "runbooks", description="the folder with the runbooks"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="debug, info, warning or error (debug not in production)"
    )
    cors_origins: forms.Origins = Field(
        (), description="the origins whose pages may call the API, separated by commas"
    )
    open_pages: bool = Field(
        default=False, description="true or false; true shows pages to everyone (demo only)"
    )
    token: forms.AnySecret | None = Field(
        None, description="the API token that the terminal sends; made from the local key if unset"
    )

    alertmanager_tokens: forms.Secrets = Field(
        SecretList(), description="the Bearer tokens that Alertmanager may send"
    )
    alertmanager_url: forms.Url | None = Field(
        None, repr=False, description="the address of Alertmanager"
    )
    prometheus_url: forms.Url | None = Field(
        None, repr=False, description="the address of Prometheus"
    )

    slack_bot_token: forms.BotToken | None = Field(
        None, description="the bot user's token, which starts with xoxb-"
    )
    slack_app_token: forms.AppToken | None = Field(
        None, description="the app-level token, which starts with xapp-, for Socket Mode"
    )
    slack_signing_secrets: forms.Secrets = Field(
        SecretList(), description="the app's signing secrets, separated by commas"
    )
    slack_api_url: forms.Url = Field(
        "https://slack.com/api", description="the address of Slack's Web API"
    )
    slack_channel: forms.Channel = Field(
        "#ops-emergency", description="the channel that shows the incident cards"
    )

    pagerduty_webhook_secrets: forms.Secrets = Field(
        SecretList(), description="the secrets that sign PagerDuty's webhooks"
    )

    kubeconfig: kube.Kubeconfig | None = Field(
        None, description="the kubeconfig file of the cluster, or in-cluster when run in a pod"
    )
    kube_context: kube.Context | None = Field(
        None, description="the context of that file; its current one if unset"
    )

    registry_logins: forms.File | None = Field(
        None, description="a Docker config.json with the passwords of private image registries"
    )

    netlify_token: forms.AnySecret | None = Field(
        None, description="the personal access token of the Netlify user that the bot is"
    )
    netlify_api_url: forms.Url = Field(
        "https://api.netlify.com/api/v1", description="the address of Netlify's API"
    )

    jwt_public_keys: forms.PublicKeys = Field(
        (), description="PEM files with the RSA public keys of an outside issuer of API tokens"
    )
    jwks_url: forms.KeyUrl | None = Field(
        None, description="the address of the outside issuer's key set"
    )

    @property
    def slack_on(self) -> bool:
        return self.slack_bot_token is not None

    @property
    def socket_mode(self) -> bool:
        return self.slack_on and self.slack_app_token is not None

    def secret_values(self) -> tuple[str, ...]:
        """Every secret as it reads now, for the log's redaction."""
        fields = [getattr(self, name) for name in type(self).model_fields]
        singles = [field.reveal() for field in fields if isinstance(field, Secret)]
        lists = [field.reveal() for field in fields if isinstance(field, SecretList)]
        urls = (self.database_url, self.alertmanager_url, self.prometheus_url)
        passwords = [urlsplit(url).password for url in urls if url]
        found = [*singles, *(value for values in lists for value in values), *passwords]
        return tuple(value for value in found if value)

    @classmethod
    def load(cls, env_file: Path | str | None = ".env") -> Self:
        """Read the environment, and `env_file` for what the environment leaves out."""
        try:
            return cls(_env_file=env_file)  # type: ignore[call-arg]  # mypy sees only the fields
        except ValidationError as error:
            raise BadSettings(_problems(error)) from None
        except (OSError, UnicodeDecodeError):
            sentence = f"{env_file} cannot be read as UTF-8 text; mend or remove it"
            raise BadSettings((sentence,)) from None

    @model_validator(mode="before")
    @classmethod
    def _drop_empty(cls, values: dict[str, object]) -> dict[str, object]:
        return {
            name: value
            for name, value in values.items()
            if not (isinstance(value, str) and not value.strip())
        }

    @field_validator("log_level", mode="before")
    @classmethod
    def _lower(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @field_validator("log_level")
    @classmethod
    def _no_debug_in_production(cls, value: str, info: ValidationInfo) -> str:
        if value == "debug" and info.data.get("environment") == "production":
            raise forms.Wrong("should not be debug in production: libraries log secrets at debug")
        return value

    @field_validator("open_pages")
    @classmethod
    def _open_on_loopback(cls, value: bool, info: ValidationInfo) -> bool:  # noqa: FBT001 (pydantic's form)
        host = info.data.get("host")
        if value and host and not forms.is_loopback(host):
            raise forms.Wrong("should be true only while CANDLEFISH_HOST is a loopback address")
        return value


def unknown_variables(
    environ: Mapping[str, str] = os.environ, env_file: Path | str | None = ".env"
) -> tuple[str, ...]:
    """One sentence for each `CANDLEFISH_*` variable that is set and means nothing."""
    known = [PREFIX + name.upper() for name in Settings.model_fields]
    given = {name.upper() for name in (*environ, *dotenv_values(env_file or os.devnull))}
    strange = sorted(name for name in given - set(known) if name.startswith(PREFIX))
    return tuple(_unknown(name, known) for name in strange)


def _unknown(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.85)
    hint = f"; did you mean {near[0]}?" if near else "; see .env.example or `candlefish init`"
    return f"{name} is set, but nothing reads it{hint}"


def _address(host: str, port: int) -> str:
    reachable = _EVERYWHERE.get(host, host)
    return f"http://{f'[{reachable}]' if ':' in reachable else reachable}:{port}"


def _problems(error: ValidationError) -> tuple[str, ...]:
    sentences = []
    for problem in error.errors(include_input=False, include_url=False):
        if problem["type"] == "default_factory_not_called":
            continue
        field = str(problem["loc"][0])
        cause = problem.get("ctx", {}).get("error")
        described = f"should be {Settings.model_fields[field].description}"
        said = str(cause) if isinstance(cause, forms.Wrong) else described
        sentences.append(f"{PREFIX}{field.upper()} {said}")
    return tuple(dict.fromkeys(sentences))
