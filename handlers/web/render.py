"""Templates into pages, every one under the same strict headers."""

from datetime import datetime
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from bot.domain.fact import figure
from handlers.web import assets, words

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=words.seen,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["asset"] = assets.address
    environment.filters["figure"] = lambda *told: figure(*told).replace(" ", "\u00a0")
    environment.filters["line"] = words.line_of
    environment.filters["named"] = words.with_names
    environment.filters["commands"] = words.commands
    return environment


_templates = _environment()


def page(
    template: str,
    *,
    now: datetime,
    status: HTTPStatus = HTTPStatus.OK,
    headers: dict[str, str] | None = None,
    **values: Any,
) -> HTMLResponse:
    values["when"] = partial(words.time_tag, now=now)
    values["ago"] = partial(words.relative_tag, now=now)
    html = _templates.get_template(template).render(values)
    return HTMLResponse(html, status, headers={**HEADERS, **(headers or {})})
