"""Settings from the environment."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from coproduction.errors import UserError

HIGHEST_PORT = 65535

QUIET_LIBRARIES = {
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "-1",
}
"""What keeps SQLAlchemy and TensorFlow from writing to standard error; they read it when they are imported."""


@dataclass(frozen=True)
class Settings:
    """Where the processes listen and where data is kept.

    Environment: `PORT` (8080), `RASA_PORT` and `ACTIONS_PORT` (PORT + 1 and + 2), `DATA_DIR` (`var`),
    `DATABASE_URL` (a SQLite file in DATA_DIR), `COUNCIL_FILE` (`council.yml`), `MIN_FREE_MB` (100; megabytes of
    DATA_DIR's disk below which no interview is begun).
    """

    port: int
    rasa_port: int
    actions_port: int
    data_dir: Path
    database_url: str
    council_file: Path
    min_free_mb: int = 100

    @property
    def spool_dir(self) -> Path:
        """Where answers are kept while the database is away."""
        return self.data_dir / "spool"

    @property
    def rasa_url(self) -> str:
        """Where Rasa answers, on loopback."""
        return f"http://127.0.0.1:{self.rasa_port}"

    @property
    def actions_url(self) -> str:
        """Where the action server answers, on loopback."""
        return f"http://127.0.0.1:{self.actions_port}"


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings from environment variables.

    Raises `UserError`: bad_setting for a value that is none, port_too_high where the ports after PORT are none,
    same_port where two are the same.
    """
    port, rasa_port, actions_port = _ports(environment)
    data_dir = Path(environment.get("DATA_DIR") or "var").resolve()
    if "%" in str(data_dir):  # supervisord would read it as a placeholder
        raise UserError("bad_setting", name="DATA_DIR", value=str(data_dir), expected="a path without a percent sign")
    return Settings(
        port=port,
        rasa_port=rasa_port,
        actions_port=actions_port,
        data_dir=data_dir,
        database_url=environment.get("DATABASE_URL") or f"sqlite:///{data_dir / 'coproduction.db'}",
        council_file=Path(environment.get("COUNCIL_FILE") or "council.yml").resolve(),
        min_free_mb=_megabytes(environment, "MIN_FREE_MB"),
    )


def has_several_workers(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether Rasa runs as several workers (`SANIC_WORKERS`, which is Rasa's own setting)."""
    return (environment.get("SANIC_WORKERS") or "1") != "1"


def _megabytes(environment: Mapping[str, str], name: str) -> int:
    value = environment.get(name) or "100"
    if not (value.isascii() and value.isdecimal()):
        raise UserError("bad_setting", name=name, value=value, expected="a whole number of megabytes")
    return int(value)


def _ports(environment: Mapping[str, str]) -> Iterable[int]:
    port = _port(environment, "PORT") or 8080
    ports = {
        "PORT": port,
        "RASA_PORT": _port(environment, "RASA_PORT") or port + 1,
        "ACTIONS_PORT": _port(environment, "ACTIONS_PORT") or port + 2,
    }
    if too_high := [f"{name} ({number})" for name, number in ports.items() if number > HIGHEST_PORT]:
        highest = port - (max(ports.values()) - HIGHEST_PORT)
        raise UserError("port_too_high", port=port, names=" and ".join(too_high), limit=HIGHEST_PORT, highest=highest)
    for first, second in combinations(ports, 2):
        if ports[first] == ports[second]:
            raise UserError("same_port", first=first, second=second, port=ports[first])
    return ports.values()


def _port(environment: Mapping[str, str], name: str) -> int | None:
    """The port that a setting gives; None where it is not set or empty."""
    value = environment.get(name)
    if not value:
        return None
    if not (value.isascii() and value.isdecimal()) or not 0 < int(value) <= HIGHEST_PORT:
        raise UserError("bad_setting", name=name, value=value, expected=f"a port number from 1 to {HIGHEST_PORT}")
    return int(value)
