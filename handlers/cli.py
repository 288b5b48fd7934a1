"""The `candlefish` command: what runs here, and every other word sent to the bot that runs.

It stays light, so that `candlefish --help` is quick: what is heavy is a module of its own, and
this process becomes it.
"""

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from pathlib import Path
from typing import Annotated

import typer
from typer.main import get_group

from bot.catalogue.check import problems as ops_data_problems
from bot.catalogue.load import load
from bot.catalogue.problem import Broken
from bot.domain.errors import Misuse, Refused
from bot.domain.incidents.routing import explain, route
from bot.domain.ops_data.people import Role
from bot.domain.slack_app import manifest
from bot.settings import BadSettings, Settings
from bot.settings_template import env_template
from handlers import remote
from handlers.local_token import local_token
from handlers.pipe import may_break

MISUSE = 2
_LONGEST = 366 * 86400  # seconds
app = typer.Typer(
    name="candlefish",
    help="The incident bot that on-call engineers trust at 03:00.",
    epilog="Every other word goes to the running bot: `candlefish help` lists them. "
    "`--json` prints data, `--wait` follows an operation to its end.",
    add_completion=False,
    pretty_exceptions_enable=False,
)


@may_break()
def main() -> None:
    words = verb_first(sys.argv[1:])
    try:
        if not words[0].startswith("-") and words[0] not in get_group(app).commands:
            answer = remote.ask(words, Settings.load())
            remote.tell(answer)
            raise SystemExit(answer.status)
        app(words)
    except BadSettings as error:
        typer.echo("\n".join(error.problems), err=True)
        raise SystemExit(MISUSE) from None
    except Broken as error:
        typer.echo("\n".join(str(problem) for problem in error.problems), err=True)
        raise SystemExit(1) from None
    except Refused as error:
        typer.echo(str(error), err=True)
        raise SystemExit(error.status) from None


def verb_first(words: Sequence[str]) -> list[str]:
    """`--json status` is `status --json`, and no verb at all is the menu."""
    flags = list(takewhile(lambda word: word in remote.FLAGS, words))
    return [*(words[len(flags) :] or ["menu"]), *flags]


def _become(module: str, *words: str) -> None:
    """Goes on as `python -m module` in this very process: signals reach it directly."""
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", module, *words])  # noqa: S606 (our own modules)


@app.command()
def serve() -> None:
    """Run the bot."""
    _become("handlers.serve")


@app.command()
def migrate() -> None:
    """Bring the database to this release's schema."""
    _become("handlers.serve", "--migrate-only")


@app.command()
def doctor(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:  # noqa: FBT002 (typer's form)
    """Check everything the bot needs, and print the exact fix for what it lacks."""
    _become("handlers.doctor", *(["--json"] if as_json else []))


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def demo(words: typer.Context) -> None:
    """Run the bot with a Slack in the browser and a platform to break."""
    _become("sandbox", "demo", *words.args)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def sandbox(words: typer.Context, vendor: str) -> None:
    """Run one vendor's twin."""
    _become("sandbox", vendor, *words.args)


@app.command()
def check(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:  # noqa: FBT002 (typer's form)
    """Prove all ops data; list every problem."""
    settings = Settings.load()
    found = ops_data_problems(settings.routes_dir, settings.runbooks_dir, settings.environment)
    if as_json:
        typer.echo(json.dumps([asdict(problem) for problem in found], indent=2))
    else:
        for problem in found:
            typer.echo(str(problem), err=True)
    if found:
        raise typer.Exit(1)
    if not as_json:
        typer.echo("The ops data is good.")


@app.command("route")
def show_route(
    labels: Annotated[list[str], typer.Argument(metavar="KEY=VALUE…")],
    as_json: Annotated[bool, typer.Option("--json")] = False,  # noqa: FBT002 (typer's form)
) -> None:
    """Say where an alert with these labels goes, and why."""
    settings = Settings.load()
    catalogue = load(
        settings.routes_dir, settings.runbooks_dir, default_environment=settings.environment
    )
    told = dict(_pair(word) for word in labels)
    if not as_json:
        typer.echo("\n".join(explain(catalogue, told)))
        return
    routed = route(catalogue, told)
    typer.echo(
        json.dumps(
            {
                "route": routed.path,
                "component": routed.component,
                "environment": routed.environment,
                "category": routed.category,
                "severity": routed.severity,
                "runbook": routed.runbook,
                "ladder": routed.ladder,
                "incident": routed.incident,
                "why": explain(catalogue, told),
            },
            indent=2,
        )
    )


@app.command()
def token(
    role: Annotated[Role, typer.Option(help="It may only narrow what people.yaml gives.")],
    ttl: Annotated[str, typer.Option(help="How long it holds, such as 15m or 12h.")],
    sub: Annotated[str | None, typer.Option(help="Whose it is; default this login.")] = None,
) -> None:
    """Print an API token, alone."""
    now = datetime.now(UTC)
    typer.echo(local_token(Settings.load(), sub=sub, role=role, ttl=_duration(ttl), now=now))


@app.command()
def init(
    socket_mode: Annotated[bool, typer.Option(help="No public address: Slack is dialled.")] = False,  # noqa: FBT002 (typer's form)
) -> None:
    """Write an .env template, and print the Slack app's manifest."""
    try:
        Path(".env").touch(mode=0o600, exist_ok=False)  # it will hold secrets
        Path(".env").write_text(env_template(), encoding="utf-8")
        typer.echo("Wrote .env: fill in what you have; the rest stays off.", err=True)
    except FileExistsError:
        typer.echo("There is an .env already: it was left as it is.", err=True)
    typer.echo(json.dumps(manifest(Settings.load().base_url, socket_mode=socket_mode), indent=2))


def _pair(word: str) -> tuple[str, str]:
    name, equals, value = word.partition("=")
    if not equals or not name:
        raise Misuse(
            f"`{word}` is no KEY=VALUE.",
            "Say `candlefish route alertname=GraphqlDown severity=critical`.",
        )
    return name, value


def _duration(word: str) -> timedelta:
    units = {"s": 1, "m": 60, "h": 3600, "d": 86400}
    number, unit = (word[:-1], word[-1:]) if word[-1:] in units else (word, "s")
    seconds = int(number) * units[unit] if number.isascii() and number.isdigit() else 0
    if not 0 < seconds <= _LONGEST:
        raise Misuse(f"`{word}` is no time to live.", "Say 900, 15m, 12h or 7d.")
    return timedelta(seconds=seconds)


if __name__ == "__main__":
    main()
