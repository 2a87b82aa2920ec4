"""Suggestions to take away: a page of one's own, a calendar file and a QR code, under an address that tells nothing.

The address holds the ids of the suggestions, encrypted; nothing is stored, so that it works for people without
consent too. It is the same for everybody with the same suggestions, and leads to no conversation and no answer. Whoever
wants to say what became of a suggestion gives the reference code with it.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import datetime as dt
import io
from collections.abc import Mapping, Sequence
from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlsplit

import aiohttp_jinja2
import jinja2
import segno
from aiohttp import web
from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from coproduction.errors import UserError
from coproduction.opportunities.model import OpportunityView
from coproduction.opportunities.published import published, titles
from coproduction.records.outcome import note_outcome
from coproduction.web.calendar import calendar_of, has_time
from coproduction.web.clients import REACH
from coproduction.web.health import ENGINE
from coproduction.web.pages import COUNCIL, REFERENCE_LIMIT, page_language
from coproduction.web.security import is_same_origin

MOST = 20
"""How many suggestions an address holds; the latest of more are left out."""

ALONE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}
"""Kept by nobody but the citizen."""


class Seal:
    """Makes addresses of lists of ids, and opens them (AES-SIV, RFC 5297: nobody else can make or read one)."""

    def __init__(self, secret: bytes) -> None:
        self._cipher = AESSIV(secret)

    def address(self, ids: Sequence[str]) -> str:
        """The address of the page with these opportunities."""
        sealed = self._cipher.encrypt("\n".join(ids[:MOST]).encode(), [b"suggestions"])
        return f"/suggestions/{base64.urlsafe_b64encode(sealed).rstrip(b'=').decode()}"

    def open(self, sealed: str) -> list[str]:
        """The ids; raises `UserError` (no_such_page) where we did not seal it."""
        try:
            content = base64.b64decode(sealed + "=" * (-len(sealed) % 4), altchars=b"-_", validate=True)
            return self._cipher.decrypt(content, [b"suggestions"]).decode().split("\n")
        except (binascii.Error, ValueError, InvalidTag):
            raise UserError("no_such_page") from None


SEAL = web.AppKey("seal", Seal)


def add_keeping(app: web.Application) -> None:
    """Add the page, the calendar file and the QR code."""
    environment = aiohttp_jinja2.get_env(app)
    environment.filters["web_address"] = web_address
    environment.filters["day"] = day
    environment.tests["with_time"] = has_time
    app.router.add_get("/suggestions/{list}", suggestions)
    app.router.add_post("/suggestions/{list}", outcome)
    app.router.add_get("/suggestions/{list}/calendar.ics", calendar)
    app.router.add_get("/suggestions/{list}/code.svg", code)


async def suggestions(request: web.Request) -> web.Response:
    """The page of one's own."""
    return await _page(request, HTTPStatus.OK)


async def outcome(request: web.Request) -> web.Response:
    """Note whether a suggestion was done, in the interview with the reference code, and say so on the page."""
    if not is_same_origin(request):
        return await _page(request, HTTPStatus.FORBIDDEN, error=UserError("outcome_from_elsewhere"))
    form = {name: str(value).strip() for name, value in (await request.post()).items()}
    reference, which = form.get("reference", "")[:REFERENCE_LIMIT], form.get("suggestion", "")
    typed = {"reference": reference, "which": which}
    if which not in request.app[SEAL].open(request.match_info["list"]) or form.get("done") not in ("yes", "no"):
        return await _page(request, HTTPStatus.BAD_REQUEST, error=UserError("outcome_incomplete"), **typed)
    if not reference:
        return await _page(request, HTTPStatus.BAD_REQUEST, error=UserError("reference_missing"), **typed)
    note = partial(note_outcome, request.app[ENGINE], reference, which, form["done"] == "yes")
    if not await asyncio.to_thread(note):
        error = UserError("not_suggested", reference=reference)
        return await _page(request, HTTPStatus.NOT_FOUND, error=error, **typed)
    return await _page(request, HTTPStatus.OK, noted=True)


async def _page(request: web.Request, status: HTTPStatus, **form: Any) -> web.Response:
    """The page, with what the form about the outcome has to say."""
    ids, found = await _offered(request)
    here = request.app[REACH].url(request) + request.path
    language = page_language(request, request.app[COUNCIL].languages)
    labels: Any = aiohttp_jinja2.get_env(request.app).globals["labels"]
    context = {
        **form,
        "titles": await asyncio.to_thread(titles, request.app[ENGINE], ids),
        "offers": found,
        "gone": len(ids) - len(found),
        "address": here,
        "own_address": request.path,
        "page_of": lambda view: request.app[SEAL].address([view.id]),
        "in_words": partial(_in_words, labels),
        "mail": _mail(found, here),
        "text_language": lambda view: view.language if view.language != language else None,
    }
    response = aiohttp_jinja2.render_template("suggestions.html", request, context, status=status)
    response.headers.update(ALONE)
    return response


async def calendar(request: web.Request) -> web.Response:
    """The calendar file of those with a time; raises `UserError` (no_such_page) where none has one."""
    _, found = await _offered(request)
    timed = [view for view in found if has_time(view)]
    if not timed:
        raise UserError("no_such_page")
    body = calendar_of(timed, request.app[COUNCIL].name, dt.date.today())
    disposition = {"Content-Disposition": 'attachment; filename="suggestions.ics"'}
    return web.Response(body=body, content_type="text/calendar", charset="utf-8", headers={**ALONE, **disposition})


async def code(request: web.Request) -> web.Response:
    """The QR code that leads to the page."""
    request.app[SEAL].open(request.match_info["list"])
    page = request.app[REACH].url(request) + request.path.rpartition("/")[0]
    drawing = io.BytesIO()
    segno.make_qr(page, error="l").save(drawing, kind="svg", scale=4, border=4, dark="#000", light="#fff")
    return web.Response(body=drawing.getvalue(), content_type="image/svg+xml", headers=ALONE)


@jinja2.pass_context
def day(context: jinja2.runtime.Context, date: dt.date) -> str:
    """A date in words, in the page's language as the council's country writes it."""
    language = context["language"].replace("-", "_")
    try:
        locale = Locale.parse(language if "_" in language else f"{language}_{context['council'].country}")
    except UnknownLocaleError:
        locale = Locale.parse(language)
    return format_date(date, "long", locale=locale)


def web_address(link: str | None) -> str:
    """The link if it is one of the web, else nothing: an official may have typed anything into the catalogue."""
    try:
        parts = urlsplit((link or "").strip())
    except ValueError:
        return ""
    return (link or "").strip() if parts.scheme in ("http", "https") and parts.netloc else ""


async def _offered(request: web.Request) -> tuple[list[str], list[OpportunityView]]:
    ids = request.app[SEAL].open(request.match_info["list"])
    return ids, await asyncio.to_thread(published, request.app[ENGINE], ids, dt.date.today())


def _in_words(labels: Mapping[str, Mapping[str, str]], question: str, codes: str | int | None) -> str:
    """What the questionnaire calls these codes, one or several separated by spaces."""
    return " · ".join(labels[question][code] for code in str(codes or "").split() if code in labels[question])


def _mail(found: Sequence[OpportunityView], page: str) -> str:
    """The body of an e-mail, to be sent by the citizen's own program."""
    lines: list[str] = []
    for view in found:
        lines += [view.title, *filter(None, (view.first_step, web_address(view.link))), ""]
    return quote("\r\n".join([*lines, page]), safe="")
