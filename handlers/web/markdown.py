"""Runbooks as HTML: no raw HTML, no pictures, no links but https and other runbooks."""

import re

from markdown_it import MarkdownIt
from markupsafe import Markup

from handlers.web.links import is_https

_RUNBOOK = re.compile(r"(?:\./)?([A-Za-z0-9][\w-]*)\.md(#[\w-]*)?", re.ASCII)
_PAGE = re.compile(r"(?:/runbooks/[A-Za-z0-9][\w-]*)?(?:#[\w-]*)?", re.ASCII)


def _safe(url: str) -> bool:
    """Asked after `_here`."""
    return is_https(url) or _PAGE.fullmatch(url) is not None


def _here(url: str) -> str:
    """`GraphqlDown.md` names a file beside this one; its page stands at /runbooks/GraphqlDown."""
    beside = _RUNBOOK.fullmatch(url)
    return f"/runbooks/{beside[1]}{beside[2] or ''}" if beside else url


def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")
    reader.disable("image")
    reader.validateLink = _safe  # type: ignore[method-assign]  # its own documented way
    reader.normalizeLink = _here  # type: ignore[method-assign]  # its own documented way
    return reader


_markdown = _reader()


def to_html(text: str) -> Markup:
    return Markup(_markdown.render(text))  # noqa: S704 - the reader escapes everything but its own tags
