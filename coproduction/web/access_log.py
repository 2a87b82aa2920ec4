"""The access log: method, route, status and time. No addresses, ids, query strings or words of citizens."""

from __future__ import annotations

from aiohttp import web
from aiohttp.abc import AbstractAccessLogger


class AccessLogger(AbstractAccessLogger):
    """Logs the route (`/api/conversations/{id}`), not the path, so that no conversation can be told from it."""

    def log(self, request: web.BaseRequest, response: web.StreamResponse, time: float) -> None:
        """Write one line."""
        match = getattr(request, "match_info", None)
        resource = match.route.resource if match is not None else None
        if resource is not None and resource.canonical == "/healthz" and response.status == 200:
            return
        route = resource.canonical if resource is not None else "(no such page)"
        self.logger.info("%s %s %s %.0f ms", request.method, route, response.status, time * 1000)
