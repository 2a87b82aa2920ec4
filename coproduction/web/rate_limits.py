"""Rate limits per client and per conversation, counted in memory or, for several web processes, in Redis."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import time
from collections.abc import Mapping

from aiohttp import web
from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter
from limits.errors import ConfigurationError
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter as BlockingRateLimiter

from coproduction.errors import TooManyRequestsError, UserError
from coproduction.web.clients import REACH
from coproduction.web.security import Handler, is_same_origin

logger = logging.getLogger(__name__)

DEFAULTS = {
    "RATE_LIMIT_CLIENT": "300/minute",
    "RATE_LIMIT_STARTS": "30/minute",
    "RATE_LIMIT_CONVERSATION": "60/minute",
    "RATE_LIMIT_DELETIONS": "10/minute",
}
"""Each can be `off`. Many people may share one address: a library, a school."""

UNCOUNTED = frozenset({"/look.css", "/logo", "/healthz"})
"""What a page loads beside itself, and what monitoring asks for."""

STARTS = frozenset({"/api/conversations", "/chat/start"})
"""Start conversations. Those that another website has a browser send are refused, and use up nobody's number."""
REFERENCES = ("/delete", "/suggestions/")
"""Begin the paths of forms with a reference code, which must not be found by trying."""


class RateLimits:
    """Counts and refuses. Keys are stored hashed with the installation's secret, so that no address is held."""

    def __init__(self, limits: Mapping[str, RateLimitItem], secret: bytes, redis: str = "") -> None:
        self._limits = limits
        self._secret = secret
        self._here = FixedWindowRateLimiter(MemoryStorage())
        # The library's asynchronous storage asks for a newer Redis client than Rasa allows.
        self._redis = BlockingRateLimiter(storage_from_string(redis)) if redis else None
        self._redis_failed = False

    async def check(self, name: str, who: str) -> None:
        """Count a request; raises `TooManyRequestsError` when there were too many."""
        limit = self._limits.get(name)
        if limit is None:
            return
        key = hashlib.blake2b(who.encode(), key=self._secret, digest_size=16).hexdigest()
        allowed, reset = await self._hit(limit, name, key)
        if not allowed:
            raise TooManyRequestsError(max(1, round(reset - time.time())))

    async def conversation(self, conversation_id: str) -> None:
        """Count a message of a conversation."""
        await self.check("RATE_LIMIT_CONVERSATION", conversation_id)

    async def _hit(self, limit: RateLimitItem, name: str, key: str) -> tuple[bool, float]:
        if self._redis is not None:
            try:
                answer = await asyncio.to_thread(_hit_redis, self._redis, limit, name, key)
            except Exception as error:  # of whatever kind: the chat does not stop because nobody counts
                if not self._redis_failed:
                    logger.warning("requests are counted in this process only: Redis failed (%s)", type(error).__name__)
                self._redis_failed = True
            else:
                self._redis_failed = False
                return answer
        allowed = await self._here.hit(limit, name, key)
        return allowed, (await self._here.get_window_stats(limit, name, key)).reset_time


def _hit_redis(limiter: BlockingRateLimiter, limit: RateLimitItem, name: str, key: str) -> tuple[bool, float]:
    return limiter.hit(limit, name, key), limiter.get_window_stats(limit, name, key).reset_time


RATE_LIMITS = web.AppKey("rate_limits", RateLimits)


def read_rate_limits(secret: bytes, environment: Mapping[str, str] = os.environ) -> RateLimits:
    """From `RATE_LIMITS`, `RATE_LIMIT_STORAGE` and the settings of `DEFAULTS`; raises `UserError` (bad_setting)."""
    if environment.get("RATE_LIMITS") == "off":
        return RateLimits({}, secret)
    limits = {name: _limit(name, environment.get(name) or default) for name, default in DEFAULTS.items()}
    storage = environment.get("RATE_LIMIT_STORAGE") or "memory"
    expected = "memory, or a Redis address like redis://127.0.0.1:6379/0"
    if storage != "memory" and not storage.startswith(("redis://", "rediss://")):
        raise UserError("bad_setting", name="RATE_LIMIT_STORAGE", value=storage, expected=expected)
    used = {name: limit for name, limit in limits.items() if limit is not None}
    try:
        return RateLimits(used, secret, "" if storage == "memory" else storage)
    except (ConfigurationError, ValueError):
        raise UserError("bad_setting", name="RATE_LIMIT_STORAGE", value=storage, expected=expected) from None


def _limit(name: str, value: str) -> RateLimitItem | None:
    if value == "off":
        return None
    try:
        return parse(value)
    except ValueError:
        raise UserError("bad_setting", name=name, value=value, expected="off, or like 60/minute") from None


@web.middleware
async def rate_limits_middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Count the request of this client, before anything is read or done for it."""
    if request.path not in UNCOUNTED and not request.path.startswith("/static/"):
        limits, client = request.app[RATE_LIMITS], request.app[REACH].client(request)
        await limits.check("RATE_LIMIT_CLIENT", client)
        if request.method == "POST" and request.path in STARTS and is_same_origin(request):
            await limits.check("RATE_LIMIT_STARTS", client)
        if request.method == "POST" and request.path.startswith(REFERENCES):
            await limits.check("RATE_LIMIT_DELETIONS", client)
    return await handler(request)
