"""Small files to import, and what the catalogue holds afterwards."""

import csv
import io
import json

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coproduction.opportunities.csv_catalogue import TEMPLATE
from coproduction.opportunities.model import Opportunity

ROW = {
    "id": "sweep",
    "title": "Sweep the pavement",
    "summary": "A clean pavement is a pleasure for all who pass.",
    "sector": "2",
    "topics": "litter",
    "effort": "1",
    "company": "1 2",
    "place": "2",
}


def csv_bytes(*rows, columns=TEMPLATE, delimiter=",", encoding="utf-8"):
    """A catalogue file; each row is what differs from ROW."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, delimiter=delimiter, restval="", extrasaction="ignore")
    writer.writeheader()
    writer.writerows({**ROW, **row} for row in rows)
    return out.getvalue().encode(encoding)


def activity(identifier="a1", **properties):
    """One activity of a feed, as a large publisher writes them."""
    return {
        "id": identifier,
        "type": "Activity",
        "label": "River wardens",
        "description": "Join our team every week and keep the river clean. We meet for two hours a week.",
        "applyLink": f"https://volunteer.example/{identifier}",
        **properties,
    }


def feed_bytes(*nodes):
    """A feed with these nodes as its graph."""
    return json.dumps({"@context": {"id": "@id", "type": "@type"}, "@graph": nodes}).encode()


def rows(engine):
    """Every opportunity by its id, all columns, as plain values."""
    with engine.connect() as connection:
        return {row.id: dict(row._mapping) for row in connection.execute(sa.select(Opportunity.__table__))}


def statuses(engine):
    """The status of every opportunity by its id."""
    return {identifier: row["status"] for identifier, row in rows(engine).items()}


def add(engine, identifier, **fields):
    """Put an opportunity into the catalogue without a file; published unless said otherwise."""
    source, _, external = identifier.partition(":")
    values = {"title": identifier, "status": "published", "source": source, "external_id": external, **fields}
    with Session(engine, future=True) as session:
        session.add(Opportunity(id=identifier, **values))
        session.commit()
