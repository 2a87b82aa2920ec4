"""The council's configuration: its name, contacts, languages and the numbers of its country."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from coproduction.appearance import Colours, read_logo
from coproduction.errors import UserError

_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_ORIGIN = re.compile(rf"(?P<scheme>https?)://(?P<host>{_LABEL}(\.{_LABEL})*)(:(?P<port>[1-9][0-9]{{0,4}}))?")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_LOOPBACK = frozenset({"localhost", "127.0.0.1"})
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
"""A language's code: ISO 639, with or without a region, like `en` or `pt-BR`."""


class Contact(msgspec.Struct, frozen=True):
    """Whom a citizen reaches who wants to talk to a person."""

    name: str
    phone: str
    email: str
    url: str


class Line(msgspec.Struct, frozen=True):
    """A telephone number, what it is for, and the page it was taken from."""

    name: str
    number: str
    source: str


class Helplines(msgspec.Struct, frozen=True):
    """Helplines for people who speak of harming themselves, and of abuse or neglect."""

    self_harm: list[Line]
    abuse: list[Line]


class Country(msgspec.Struct, frozen=True):
    """The numbers of one country."""

    emergency: list[Line]
    helplines: Helplines
    non_emergency: list[Line] = []


class Closed(msgspec.Struct, frozen=True):
    """The chat is closed: why, which is noted in the log, and what people are told."""

    reason: str
    message: str = ""


class Council(msgspec.Struct, frozen=True):
    """The configuration file (council.yml), read and checked."""

    name: str
    country: str
    languages: list[str]
    contact: Contact
    service_requests_url: str
    privacy_url: str
    young_people_url: str
    countries: dict[str, Country]
    keep_conversations_days: int = 30
    keep_unclear_texts_days: int = 30
    keep_contacts_days: int = 7
    keep_links_days: int = 90
    keep_words_days: int = 365
    keep_exact_times_days: int = 365
    keep_answers_days: int | None = None
    """Whole interviews; None keeps them without end."""
    smallest_group: int = 10
    logo: str | None = None
    """The logo's file, beside the configuration file."""
    colours: Colours = Colours()
    closed: Closed | None = None
    embed_on: list[str] = []
    """Origins of the websites that may frame the chat, like https://www.example.org."""
    resume_hours: int = 24
    """How long a browser remembers its conversation after the last message."""

    @property
    def numbers(self) -> Country:
        """The numbers of the configured country."""
        return self.countries[self.country]


KEEP_SETTINGS = tuple(name for name in Council.__struct_fields__ if name.startswith("keep_"))
"""How long what is kept, in days."""


def read_council(path: Path) -> Council:
    """Read the configuration file.

    Raises `UserError`: council_missing, council_invalid, unknown_colour, bad_colour, low_contrast, bad_logo.
    """
    try:
        council = msgspec.yaml.decode(path.read_bytes(), type=Council)
    except FileNotFoundError:
        raise UserError("council_missing", path=path) from None
    except msgspec.DecodeError as error:
        raise UserError("council_invalid", path=path, reason=" ".join(str(error).split())) from error
    if council.country not in council.countries:
        raise UserError("council_invalid", path=path, reason=f"countries has no entry for {council.country}")
    if not council.languages:
        raise UserError("council_invalid", path=path, reason="languages is empty")
    for language in council.languages:
        if LANGUAGE.fullmatch(language) is None:
            raise UserError("council_invalid", path=path, reason=f"{language} is no language code like en or pt-BR")
    for setting in KEEP_SETTINGS:
        if (days := getattr(council, setting)) is not None and days < 1:
            raise UserError("council_invalid", path=path, reason=f"{setting} must be at least 1")
    if council.keep_contacts_days > council.keep_conversations_days:  # else erasing a conversation would leave one
        reason = "keep_contacts_days must not be more than keep_conversations_days"
        raise UserError("council_invalid", path=path, reason=reason)
    for setting in ("keep_words_days", "keep_conversations_days", "keep_unclear_texts_days"):
        if council.keep_exact_times_days < getattr(council, setting):  # else the code would not erase what was typed
            reason = f"keep_exact_times_days must not be less than {setting}"
            raise UserError("council_invalid", path=path, reason=reason)
    if council.smallest_group < 1:
        raise UserError("council_invalid", path=path, reason="smallest_group must be at least 1")
    if council.resume_hours < 1:
        raise UserError("council_invalid", path=path, reason="resume_hours must be at least 1")
    for site in council.embed_on:
        if wrong := _wrong_with_origin(site):
            raise UserError("council_invalid", path=path, reason=f"“{site}” in embed_on {wrong}")
    council.colours.palettes()
    if council.logo is not None:
        read_logo(path.parent / council.logo)
    return council


def _wrong_with_origin(site: str) -> str | None:
    """What is wrong with a website's origin (RFC 6454, as browsers write it), and what to write; None if nothing is."""
    match = _ORIGIN.fullmatch(site)
    if match is None:
        return (
            "is no website: write https:// and its name in small letters (beyond a to z as xn--…), like "
            "https://www.example.org, with nothing behind it; every name by itself, there is no * for several"
        )
    scheme, host, port = match["scheme"], match["host"], match["port"]
    if scheme == "http" and host not in _LOOPBACK:
        return f"is not encrypted, so that others could read along: write https://{host} (only localhost may have http)"
    if port is not None and int(port) > 65535:
        return "has a port above 65535: write the right one, or none"
    if port is not None and int(port) == _DEFAULT_PORTS[scheme]:
        return f"has the port that is meant anyway: write {scheme}://{host}"
    return None
