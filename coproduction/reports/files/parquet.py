"""Parquet: a row group a page, labels and codes in the metadata of the schema's fields."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq

from coproduction.reports.table import Table


def write_parquet(table: Table, path: Path) -> None:
    """Write a table as a Parquet file."""
    with pq.ParquetWriter(path, table.schema) as writer:
        for page in table.pages:
            writer.write_batch(page.cast(table.schema))
