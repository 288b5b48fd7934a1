"""`candlefish doctor`: everything the bot needs, looked at now, with the fix for what it lacks."""

import json
import sys
from dataclasses import asdict

import typer

from bot.assembly import findings
from bot.domain.wording import escaped
from bot.settings import BadSettings, Settings
from handlers import logs
from handlers.pipe import may_break

_MARKS = {"good": "✓", "off": "-", "bad": "✗"}
MISUSE = 2


@may_break()
def main() -> None:
    try:
        settings = Settings.load()
    except BadSettings as error:
        typer.echo("\n".join(error.problems), err=True)
        raise SystemExit(MISUSE) from None
    logs.set_up(level="error", secrets=settings.secret_values)
    found = list(findings(settings))
    if "--json" in sys.argv[1:]:
        told = json.dumps([asdict(one) for one in found], indent=2, ensure_ascii=False)
        typer.echo(escaped(told))
    else:
        for one in found:
            typer.echo(f"{_MARKS[one.result]} {one.name}: {one.says}")
            for line in one.fix.splitlines():
                typer.echo(f"    {line}")
    raise SystemExit(int(any(one.result == "bad" for one in found)))


if __name__ == "__main__":
    main()
