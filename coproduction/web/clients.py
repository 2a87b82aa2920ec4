"""Where a request comes from, and the address under which the world reaches us: with and without proxies before us."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from aiohttp import web

from coproduction.errors import UserError

IPV6_PREFIX = 64
"""One subscriber of a network has this much of the address; the rest changes at will."""


@dataclass(frozen=True)
class Reach:
    """How the world reaches us: the number of proxies in front that are ours, and our address, if it is set."""

    trusted_proxies: int = 0
    public_url: str = ""

    def client(self, request: web.Request) -> str:
        """The client's address (of IPv6, the network of /64).

        Every proxy adds the address it was asked from at the end of X-Forwarded-For; what stands before those of
        our own proxies was written by the client and may be invented.
        """
        forwarded = ",".join(request.headers.getall("X-Forwarded-For", [])).split(",")
        claimed = forwarded[-self.trusted_proxies] if 0 < self.trusted_proxies <= len(forwarded) else ""
        return _network(claimed.strip()) or _network(request.remote or "") or "unknown"

    def url(self, request: web.Request) -> str:
        """Our address without a path, like `https://chat.example.org`."""
        if self.public_url:
            return self.public_url
        forwarded = request.headers.get("X-Forwarded-Proto") if self.trusted_proxies else None
        return f"{forwarded if forwarded in ('http', 'https') else request.scheme}://{request.host}"


REACH = web.AppKey("reach", Reach)


def read_reach(environment: Mapping[str, str] = os.environ) -> Reach:
    """From `TRUSTED_PROXIES` and `PUBLIC_URL`; raises `UserError` (bad_setting)."""
    proxies = environment.get("TRUSTED_PROXIES") or "0"
    if not (proxies.isascii() and proxies.isdecimal()):
        raise UserError("bad_setting", name="TRUSTED_PROXIES", value=proxies, expected="a number of proxies, 0 or more")
    url = (environment.get("PUBLIC_URL") or "").rstrip("/")
    parts = urlsplit(url)
    if url and (parts.scheme not in ("http", "https") or not parts.netloc or parts.path or parts.query):
        expected = "an address like https://chat.example.org, without a path"
        raise UserError("bad_setting", name="PUBLIC_URL", value=url, expected=expected)
    return Reach(int(proxies), url)


def _network(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, IPV6_PREFIX), strict=False))
