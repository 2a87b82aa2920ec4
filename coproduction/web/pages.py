"""The public pages: the chat, privacy, and deleting one's answers."""

from __future__ import annotations

import asyncio
import gettext
import hashlib
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from http import HTTPStatus
from importlib import resources
from pathlib import Path
from typing import Any

import aiohttp_jinja2
import jinja2
from aiohttp import web

from coproduction.council import Council
from coproduction.errors import UserError
from coproduction.records.inventory import ELSEWHERE, TABLES, Holding
from coproduction.survey.instrument import Instrument
from coproduction.translation import LOCALES
from coproduction.web.api import CONVERSATIONS
from coproduction.web.security import is_same_origin

Translations = Callable[[str], gettext.NullTranslations]
"""Language → its gettext catalogue."""

COUNCIL = web.AppKey("council", Council)
ERASE: web.AppKey[partial[bool]] = web.AppKey("erase", partial)
"""Deletes the answers with a reference code; False when there are none."""

CARD_QUESTIONS = ("effort", "company", "place")
"""The questions whose codes a card shows in words."""

FRAMED = "/embed"
"""The page that other websites may show in a frame."""

REFERENCE_LIMIT = 100

KEPT_FOR_GOOD = "public, max-age=31536000, immutable"
"""Of a file whose address changes with it."""


@lru_cache(maxsize=32)
def catalogue(language: str) -> gettext.NullTranslations:
    """The translations in `locales/`; where there are none, every page as it is in the templates."""
    return gettext.translation("coproduction", LOCALES, [language], fallback=True)


def add_pages(app: web.Application, instrument: Instrument, translations: Translations = catalogue) -> None:
    """Add the public pages and their static files."""
    environment = aiohttp_jinja2.setup(
        app,
        loader=jinja2.PackageLoader("coproduction.web"),
        extensions=["jinja2.ext.i18n"],
        context_processors=[partial(_page_context, translations)],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined]
    static = Path(str(resources.files("coproduction.web") / "static"))
    environment.globals["asset"] = partial(_asset, _versions(static))
    environment.globals["labels"] = _card_labels(instrument)
    app.router.add_get("/privacy", privacy)
    app.router.add_get("/accessibility", accessibility)
    app.router.add_get("/delete", delete_form)
    app.router.add_post("/delete", delete)
    app.router.add_static("/static/", static)
    app.on_response_prepare.append(_let_browsers_keep_files)  # type: ignore[arg-type]  # declared wrongly by aiohttp 3.9


@aiohttp_jinja2.template("privacy.html")
async def privacy(request: web.Request) -> dict[str, Any]:
    """What is kept, what for and how long: from the inventory that a test holds against the tables."""
    council = request.app[COUNCIL]

    def how_long(entry: Holding) -> str:
        return entry.kept.words(council, request["aiohttp_jinja2_context"]["translations"])

    return {"holdings": [*TABLES, *ELSEWHERE], "how_long": how_long}


@aiohttp_jinja2.template("accessibility.html")
async def accessibility(request: web.Request) -> dict[str, Any]:
    """The accessibility statement."""
    return {}


@aiohttp_jinja2.template("delete.html")
async def delete_form(request: web.Request) -> dict[str, Any]:
    """The form that deletes answers by their reference code."""
    return {}


async def delete(request: web.Request) -> web.Response:
    """Delete the answers with this reference code, and say what happened."""
    if not is_same_origin(request):
        return _delete_page(request, HTTPStatus.FORBIDDEN, error=UserError("other_site"))
    form = await request.post()
    reference = str(form.get("reference", "")).strip()[:REFERENCE_LIMIT]
    if not reference:
        return _delete_page(request, HTTPStatus.BAD_REQUEST, error=UserError("reference_missing"))
    if not await asyncio.to_thread(request.app[ERASE], reference):
        error = UserError("unknown_reference", reference=reference)
        return _delete_page(request, HTTPStatus.NOT_FOUND, error=error, reference=reference)
    request.app[CONVERSATIONS].forget(reference)
    return _delete_page(request, HTTPStatus.OK, deleted=True)


def _delete_page(request: web.Request, status: HTTPStatus, **context: Any) -> web.Response:
    response = aiohttp_jinja2.render_template("delete.html", request, context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


async def _page_context(translations: Translations, request: web.Request) -> dict[str, Any]:
    council = request.app[COUNCIL]
    language = page_language(request, council.languages)
    return {
        "council": council,
        "language": language,
        "translations": translations(language),
        "page": request.path,
        "embedded": request.path == FRAMED,
    }


def page_language(request: web.Request, offered: list[str]) -> str:
    """The page's language: `?language=`, else the browser's first that is offered, else the council's first."""
    wanted = [request.query.get("language", "")]
    wanted += [part.split(";")[0].strip() for part in request.headers.get("Accept-Language", "").split(",")]
    for language in wanted:
        for candidate in (language, language.split("-")[0]):
            if candidate in offered:
                return candidate
    return offered[0]


def _card_labels(instrument: Instrument) -> Mapping[str, Mapping[str, str]]:
    return {name: {str(choice.code): choice.title for choice in instrument.choices(name)} for name in CARD_QUESTIONS}


def _versions(static: Path) -> Mapping[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:8] for path in static.iterdir()}


def _asset(versions: Mapping[str, str], name: str) -> str:
    """Address of a static file; it changes with the file, so that no browser runs an old one."""
    return f"/static/{name}?v={versions[name]}"


async def _let_browsers_keep_files(request: web.Request, response: web.StreamResponse) -> None:
    """So that a page that is loaded again does not wait for them, nor goes without when the network fails."""
    if request.path.startswith("/static/") and "v" in request.query and response.status == HTTPStatus.OK:
        response.headers["Cache-Control"] = KEPT_FOR_GOOD


@jinja2.pass_context
def _gettext(context: jinja2.runtime.Context, text: str) -> str:
    return context["translations"].gettext(text)


@jinja2.pass_context
def _ngettext(context: jinja2.runtime.Context, singular: str, plural: str, number: int) -> str:
    return context["translations"].ngettext(singular, plural, number)
