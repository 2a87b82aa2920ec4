"""A PostgreSQL server of a test's own, which the test may stop and start."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest


def programs() -> Path | None:
    """Where initdb and pg_ctl are; None where they are not installed."""
    found = shutil.which("initdb")
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    return Path(found).parent if found else places[-1] if places else None


class PostgreSQL:
    """A server on a free port of loopback, its files in a temporary directory; run by `postgres` when we are root."""

    def __init__(self) -> None:
        bin_directory = programs()
        if bin_directory is None:
            if os.environ.get("CI"):
                raise RuntimeError("initdb and pg_ctl are not installed")
            pytest.skip("No PostgreSQL programs are installed: install the package postgresql to run this test.")
        self._bin = bin_directory
        self._home = Path(tempfile.mkdtemp(prefix="coproduction-pg-", dir="/tmp"))
        self._as = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if self._as:
            shutil.chown(self._home, "postgres")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._run("initdb", "-D", f"{self._home}/data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        self.data, self.log = self._home / "data", self._home / "log"
        self.url = f"postgresql+psycopg2://postgres@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start, and wait until it answers."""
        options = f"-p {self.port} -k {self._home} -c listen_addresses=127.0.0.1"
        self._run("pg_ctl", "start", "-w", "-D", f"{self._home}/data", "-l", f"{self._home}/log", "-o", options)

    def stop(self, mode: str = "fast") -> None:
        """Stop: `fast` ends its connections, `immediate` is as if it had crashed."""
        self._run("pg_ctl", "stop", "-w", "-D", f"{self._home}/data", "-m", mode)

    def remove(self) -> None:
        """Stop, if it runs, and delete its files."""
        if (self._home / "data" / "postmaster.pid").exists():
            self.stop("immediate")
        shutil.rmtree(self._home)

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self._as, str(self._bin / program), *arguments]
        # Its standard output is a file: the server keeps it open, and a pipe would never end.
        with (self._home.parent / f"{self._home.name}.txt").open("wb") as output:
            done = subprocess.run(command, cwd="/", stdout=output, stderr=subprocess.STDOUT, timeout=120)
        text = Path(output.name).read_text()
        Path(output.name).unlink()
        assert done.returncode == 0, text
