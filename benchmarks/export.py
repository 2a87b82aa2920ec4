"""How long an export of many interviews takes, and how much memory: `python -m benchmarks.export`.

Fills a SQLite database with made-up interviews, exports it in each format by the real command in a process of its
own, and writes a Markdown table. Exit code 1 where a process takes more memory than the limit.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from benchmarks.synthetic_interviews import fill
from coproduction.database import connect
from coproduction.records.schema import upgrade_schema
from coproduction.survey.instrument import current_instrument

BEGIN = "<!-- exports: written by `python -m benchmarks.export` -->"
END = "<!-- end of exports -->"
LIMIT_MB = 1024


@dataclass(frozen=True)
class Measured:
    """One export: seconds, most resident memory of the whole process in MB, size of the file in MB."""

    what: str
    seconds: float
    processor: float
    memory: float
    size: float


def main() -> int:
    """Fill, export, measure, print; says by the exit code whether the limit was kept."""
    arguments = _arguments()
    arguments.work.mkdir(parents=True, exist_ok=True)
    database = (arguments.work / f"made-up-{arguments.interviews}.db").resolve()
    began = time.perf_counter()
    filled = _fill(database, arguments.interviews)
    note = f"{time.perf_counter() - began:.0f} s" if filled else "kept from an earlier run"
    found = []
    for table, file_format in _exports(arguments.formats):
        found.append(_measure(database, table, file_format))
        print(found[-1], file=sys.stderr, flush=True)  # for those who wait
    text = _table(found, arguments.interviews, database, note)
    print(text)
    if arguments.output:
        put(arguments.output, text, BEGIN, END)
    return int(any(measured.memory > LIMIT_MB for measured in found))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--interviews", type=int, default=1_000_000)
    parser.add_argument("--formats", nargs="+", default=["csv", "sav", "parquet", "jsonl", "xlsx"])
    parser.add_argument("--work", type=Path, default=Path("var/benchmark"), help="where database and exports go")
    parser.add_argument("--output", type=Path, help="a page with the two marker lines, to put the table between")
    return parser.parse_args()


def _exports(formats: list[str]) -> list[tuple[str, str]]:
    return [*(("interviews", name) for name in formats), ("matches", formats[0])]


def _fill(database: Path, count: int) -> bool:
    if database.exists():
        return False
    half = database.with_suffix(".half")
    half.unlink(missing_ok=True)
    engine = connect(f"sqlite:///{half}")
    upgrade_schema(engine)
    fill(engine, current_instrument(), count)
    engine.dispose()
    half.rename(database)
    return True


def _measure(database: Path, table: str, file_format: str) -> Measured:
    output = database.with_name(f"{table}.{file_format}")
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "coproduction.cli",
        "export",
        "--table",
        table,
        "--output",
        str(output),
    ]
    began = time.perf_counter()
    process = subprocess.Popen(command, env={**os.environ, "DATABASE_URL": f"sqlite:///{database}"})
    memory = 0.0
    while True:
        memory = max(memory, _most_memory(process.pid))
        pid, status, used = os.wait4(process.pid, os.WNOHANG)
        if pid:
            break
        time.sleep(0.05)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"The export as {file_format} failed.")
    size = output.stat().st_size / 1e6
    output.unlink()
    return Measured(f"{table}, {file_format}", seconds, used.ru_utime + used.ru_stime, memory, size)


def _most_memory(pid: int) -> float:
    """The most resident memory a process has had since it began its program, in MB; mapped files are counted in full.

    From the kernel while it runs: what the kernel says of a process that has ended includes its parent's memory.
    """
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0.0


def _table(found: list[Measured], count: int, database: Path, filling: str) -> str:
    lines = [
        f"| {count:,} interviews | time, s | processor time, s | most memory, MB | file, MB |",
        "|---|--:|--:|--:|--:|",
        *(f"| {m.what} | {m.seconds:.0f} | {m.processor:.0f} | {m.memory:.0f} | {m.size:.0f} |" for m in found),
        "",
        f"- {date.today()}, {os.cpu_count()} cores, {platform.python_implementation()} {platform.python_version()}",
        f"- SQLite database of {database.stat().st_size / 1e6:.0f} MB; filling it: {filling}",
        f"- memory limit {LIMIT_MB} MB: {'met' if all(m.memory <= LIMIT_MB for m in found) else 'missed'}",
    ]
    return "\n".join(lines)


def put(page: Path, text: str, begin: str, end: str) -> None:
    """Replace what stands on a page between two marker lines."""
    content = page.read_text(encoding="utf-8")
    before, _, rest = content.partition(begin)
    _, _, after = rest.partition(end)
    page.write_text(f"{before}{begin}\n\n{text}\n\n{end}{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
