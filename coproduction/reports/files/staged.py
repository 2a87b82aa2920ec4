"""A table that has to be looked at twice: kept in a file meanwhile, not in memory."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from coproduction.reports.table import Table, schema_of


@contextmanager
def staged(table: Table, beside: Path) -> Iterator[pa.Table]:
    """The whole table mapped from a temporary file in the folder of `beside`: the system loads what is looked at.

    The file's name is gone as soon as it is written and mapped, so that nothing of it outlives the process.
    """
    with tempfile.TemporaryDirectory(prefix=".export-", dir=beside.parent) as folder:
        path = str(Path(folder) / "pages.arrow")
        with pa.OSFile(path, "wb") as sink, pa.ipc.new_file(sink, schema_of(table.columns)) as writer:
            for page in table.pages:
                writer.write_batch(page)
        source = pa.memory_map(path)
    with source:
        yield pa.ipc.open_file(source).read_all()
