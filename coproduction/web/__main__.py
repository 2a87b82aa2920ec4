"""Serve the website: `python -m coproduction.web`. `HOST` (127.0.0.1) is the address it listens on."""

from __future__ import annotations

import logging
import os
import sys

from aiohttp import web

from coproduction.council import read_council
from coproduction.errors import UserError
from coproduction.settings import read_settings
from coproduction.web.access_log import AccessLogger
from coproduction.web.app import create_app


def main() -> None:
    """Serve until stopped."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    try:
        settings = read_settings()
        council = read_council(settings.council_file)
        app = create_app(settings, council)
    except UserError as error:
        sys.exit(str(error))
    web.run_app(
        app,
        host=os.environ.get("HOST") or "127.0.0.1",
        port=settings.port,
        access_log_class=AccessLogger,
        handler_cancellation=False,  # a turn goes on when the connection breaks: its answer is asked for again
    )


if __name__ == "__main__":
    main()
