"""`make serve`: prepares everything, then keeps the three processes running until it is stopped."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from importlib import resources
from pathlib import Path
from types import FrameType

import sqlalchemy as sa
from tqdm import tqdm

from coproduction.council import read_council
from coproduction.database import connect, statements_for_its_log
from coproduction.errors import UserError
from coproduction.opportunities.importing import import_file
from coproduction.opportunities.model import Opportunity
from coproduction.private import make_folder
from coproduction.records.schema import upgrade_schema
from coproduction.secret import read_secret
from coproduction.settings import QUIET_LIBRARIES, Settings

MODEL = Path("models/coproduction.tar.gz")
FINGERPRINT = Path("models/coproduction.sha256")
TRAINED_FROM = (
    "config.yml",
    "domain.yml",
    "data/**/*.yml",
    "coproduction/dialogue/**/*.py",
    "coproduction/survey/*.yml",
)
"""What a model is made from: when none of these files changed, it is not trained again."""

START_SECONDS = 180
"""How long the processes may take until all are healthy."""

QUIET = {
    **QUIET_LIBRARIES,
    "RASA_TELEMETRY_ENABLED": "false",
    "PYTHONWARNINGS": "ignore",
    "LOG_LEVEL": "WARNING",
    "LOG_LEVEL_LIBRARIES": "ERROR",
    "SANIC_HOST": "127.0.0.1",
}
"""The environment of Rasa's processes: no telemetry, no chatter, reachable on loopback only."""


def serve(settings: Settings, say: Callable[[str], None] = print) -> int:
    """Prepare, start the three processes, say the address when all are healthy, and wait until stopped.

    Raises `UserError` where a port is taken, the configuration cannot be used, or the supervisor ended unasked.
    """
    check_ports(settings)
    read_council(settings.council_file)
    make_folder(settings.data_dir)
    prepare_database(settings, say)
    train_if_changed(settings.data_dir, say)
    return _supervise(settings, say)


def check_ports(settings: Settings) -> None:
    """Raise `UserError` (port_in_use) when one of the three ports is taken."""
    for port in (settings.port, settings.rasa_port, settings.actions_port):
        if not _is_free(port):
            candidates = (*range(settings.port + 10, 65000, 10), *range(8080, 65000, 10))
            free = next(p for p in candidates if all(map(_is_free, range(p, p + 3))))
            raise UserError("port_in_use", port=port, free=free)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def prepare_database(settings: Settings, say: Callable[[str], None]) -> None:
    """Bring the schema up to date, load the sample catalogue into an empty one, look at PostgreSQL's logging."""
    engine = connect(settings.database_url, secret=read_secret(settings.data_dir))
    upgrade_schema(engine)
    with engine.connect() as connection:
        is_empty = connection.execute(sa.select(sa.func.count()).select_from(Opportunity.__table__)).scalar() == 0
    if is_empty:
        with resources.as_file(resources.files("coproduction.opportunities") / "sample.csv") as sample:
            result = import_file(engine, sample, source="sample")
        say(f"Loaded the sample catalogue: {result.new} opportunities.")
    if statements := statements_for_its_log(engine):
        say("PostgreSQL writes what citizens say into its own log. Have its administrator run, and start again:")
        say("\n".join(statements))
    engine.dispose()


def fingerprint(root: Path = Path(), patterns: Sequence[str] = TRAINED_FROM) -> str:
    """SHA-256 over names and contents of the files a model is made from."""
    digest = hashlib.sha256()
    for pattern in patterns:
        for path in sorted(root.glob(pattern)):
            digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def train_if_changed(log_dir: Path, say: Callable[[str], None]) -> bool:
    """Train the model where there is none for the present training data; True when it was trained."""
    wanted = fingerprint()
    if MODEL.exists() and FINGERPRINT.exists() and FINGERPRINT.read_text() == wanted:
        return False
    say("Training the model: the training data is new or has changed.")
    command = [
        sys.executable,
        "-m",
        "rasa",
        "train",
        "--force",
        "--out",
        str(MODEL.parent),
        "--fixed-model-name",
        "coproduction",
    ]
    log = log_dir / "train.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env={**os.environ, **QUIET})  # noqa: S603
        with tqdm(desc="training", unit="s", bar_format="{desc}: {elapsed}", disable=None) as clock:
            while process.poll() is None:
                time.sleep(0.5)
                clock.update()
    if process.returncode != 0:
        raise UserError("training_failed", log=log)
    FINGERPRINT.write_text(wanted)
    return True


def _supervise(settings: Settings, say: Callable[[str], None]) -> int:
    configuration = settings.data_dir / "supervisord.conf"
    configuration.write_text(supervisor_configuration(settings), encoding="utf-8")
    command = [sys.executable, "-m", "supervisor.supervisord", "--nodaemon", "--configuration", str(configuration)]
    environment = {**os.environ, **_addresses(settings)}
    supervisor = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment, start_new_session=True)  # noqa: S603

    def stop(_signal: int, _frame: FrameType | None) -> None:
        supervisor.send_signal(signal.SIGTERM)

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGHUP, stop)
    say("Starting. This takes about half a minute.")
    if _wait_until_healthy(settings, supervisor):
        say(f"The assistant is ready: http://127.0.0.1:{settings.port}/   (Ctrl-C stops it)")
    elif supervisor.poll() is None:
        supervisor.send_signal(signal.SIGTERM)
        supervisor.wait()
        raise UserError("not_healthy", seconds=START_SECONDS, logs=settings.data_dir / "logs")
    if supervisor.wait() != 0:
        _end_what_is_left(settings, session=supervisor.pid)
        raise UserError("supervisor_ended", log=settings.data_dir / "logs" / "supervisord.log")
    say("Stopped.")
    return 0


def _end_what_is_left(settings: Settings, session: int) -> None:
    """Kill the processes of a supervisor that is no more: nobody watches them, and they hold the ports."""
    for pid in pids(settings).values():
        with suppress(ProcessLookupError):
            if os.getsid(pid) == session:  # the number was not given to another process meanwhile
                os.killpg(pid, signal.SIGKILL)


def _addresses(settings: Settings) -> dict[str, str]:
    return {
        "PORT": str(settings.port),
        "RASA_PORT": str(settings.rasa_port),
        "ACTIONS_PORT": str(settings.actions_port),
        "DATABASE_URL": settings.database_url,
        "DATA_DIR": str(settings.data_dir),
        "COUNCIL_FILE": str(settings.council_file),
    }


def _wait_until_healthy(settings: Settings, supervisor: subprocess.Popen[bytes]) -> bool:
    host = os.environ.get("HOST") or "127.0.0.1"
    host = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 (compared, not bound)
    pages = [f"http://{host}:{settings.port}/healthz", f"{settings.actions_url}/health"]
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and supervisor.poll() is None:
        if all(_answers(page) for page in pages):
            return True
        time.sleep(0.3)
    return False


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310 (loopback)
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def programs(settings: Settings) -> dict[str, list[str]]:
    """Name → command of each process, as one would start it alone in production."""
    python = sys.executable
    rasa = [python, "-m", "rasa"]
    loopback = ["--interface", "127.0.0.1", "--port", str(settings.rasa_port)]
    wiring = ["--model", str(MODEL), "--endpoints", "endpoints.yml", "--credentials", "credentials.yml"]
    return {
        "actions": [python, "-m", "rasa_sdk", "--actions", "actions", "--port", str(settings.actions_port)],
        "rasa": [*rasa, "run", *wiring, *loopback],
        "web": [python, "-m", "coproduction.web"],
    }


def supervisor_configuration(settings: Settings) -> str:
    """A supervisord configuration: restarts what dies at once, logs to `DATA_DIR/logs`, stops all together."""
    logs = settings.data_dir / "logs"
    make_folder(logs)
    sections = [
        "[supervisord]",
        f"logfile={_escaped(str(logs / 'supervisord.log'))}",
        f"pidfile={_escaped(str(settings.data_dir / 'supervisord.pid'))}",
        "",
    ]
    for name, command in programs(settings).items():
        sections += [
            f"[program:{name}]",
            f"command={' '.join(_quoted(command))}",
            f"directory={_escaped(str(Path.cwd()))}",
            f"environment={_environment(QUIET)}",
            "autorestart=true",
            "startsecs=1",
            "startretries=100000",
            "stopasgroup=true",
            "killasgroup=true",
            "stopwaitsecs=10",
            "redirect_stderr=true",
            f"stdout_logfile={_escaped(str(logs / name))}.log",
            "",
        ]
    return "\n".join(sections)


def _escaped(text: str) -> str:
    return text.replace("%", "%%")


def _quoted(command: Iterable[str]) -> Iterable[str]:
    return (f'"{_escaped(word)}"' if " " in word else _escaped(word) for word in command)


def _environment(variables: dict[str, str]) -> str:
    return ",".join(f'{name}="{_escaped(value)}"' for name, value in variables.items())


def pids(settings: Settings) -> dict[str, int]:
    """Name → process id of the running processes, from supervisord's log; for tests and operators."""
    found: dict[str, int] = {}
    for line in (settings.data_dir / "logs" / "supervisord.log").read_text().splitlines():
        _, spawned, rest = line.partition("spawned: '")
        if spawned:
            name, _, pid = rest.partition("' with pid ")
            found[name] = int(pid)
    return found
