"""The secret that this installation seals addresses with."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from coproduction.errors import UserError
from coproduction.private import make_file, make_folder

FILE = "secret.key"
SECRET_BYTES = 32
SHORTEST = 32
"""Characters of a `SECRET_KEY`."""


def read_secret(data_dir: Path, environment: Mapping[str, str] = os.environ) -> bytes:
    """The secret, 32 bytes: made from `SECRET_KEY` where that is set, else kept in a file of the data directory.

    Several web hosts need the same `SECRET_KEY`. With another secret, addresses sealed before open nothing any more.
    Raises `UserError` (bad_setting) for a short one.
    """
    if given := environment.get("SECRET_KEY"):
        if len(given) < SHORTEST:
            expected = f"{SHORTEST} random characters or more"
            raise UserError("bad_setting", name="SECRET_KEY", value="…", expected=expected)
        return hashlib.sha256(given.encode()).digest()
    file = data_dir / FILE
    if not file.exists():
        _make(file)
    return file.read_bytes()


def _make(file: Path) -> None:
    """Write it aside and link it, so that another process that starts now never reads half a secret."""
    make_folder(file.parent)
    aside = file.with_name(f"{FILE}.{secrets.token_hex(8)}")
    make_file(aside)
    aside.write_bytes(secrets.token_bytes(SECRET_BYTES))
    with contextlib.suppress(FileExistsError):
        os.link(aside, file)
    aside.unlink()
