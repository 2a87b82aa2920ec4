"""Settings from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from coproduction.errors import UserError


@dataclass(frozen=True)
class Settings:
    """Where the processes listen and where data is kept.

    Environment: `PORT` (8080), `RASA_PORT` and `ACTIONS_PORT` (PORT + 1 and + 2), `DATA_DIR` (`var`),
    `DATABASE_URL` (a SQLite file in DATA_DIR), `COUNCIL_FILE` (`council.yml`).
    """

    port: int
    rasa_port: int
    actions_port: int
    data_dir: Path
    database_url: str
    council_file: Path

    @property
    def rasa_url(self) -> str:
        """Where Rasa answers, on loopback."""
        return f"http://127.0.0.1:{self.rasa_port}"

    @property
    def actions_url(self) -> str:
        """Where the action server answers, on loopback."""
        return f"http://127.0.0.1:{self.actions_port}"


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings from environment variables; raises `UserError` (bad_setting) for a port that is none."""
    port = _port(environment, "PORT", 8080)
    data_dir = Path(environment.get("DATA_DIR") or "var").resolve()
    if "%" in str(data_dir):  # supervisord would read it as a placeholder
        raise UserError("bad_setting", name="DATA_DIR", value=str(data_dir), expected="a path without a percent sign")
    return Settings(
        port=port,
        rasa_port=_port(environment, "RASA_PORT", port + 1),
        actions_port=_port(environment, "ACTIONS_PORT", port + 2),
        data_dir=data_dir,
        database_url=environment.get("DATABASE_URL") or f"sqlite:///{data_dir / 'coproduction.db'}",
        council_file=Path(environment.get("COUNCIL_FILE") or "council.yml").resolve(),
    )


def _port(environment: Mapping[str, str], name: str, default: int) -> int:
    value = environment.get(name) or str(default)
    if not (value.isascii() and value.isdecimal()) or not 0 < int(value) < 65536:
        raise UserError("bad_setting", name=name, value=value, expected="a port number from 1 to 65535")
    return int(value)
