"""Retention: what has been kept for its time is deleted or made coarser; what is left of that are counts."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from coproduction.council import Council
from coproduction.records.erasure import scrub
from coproduction.records.spool import Spool
from coproduction.records.tables import (
    answers,
    contacts,
    conversations,
    deletions,
    interviews,
    matches,
    turns,
    unclear_texts,
    verbatims,
)
from coproduction.survey.versions import Versions

SECONDS_A_DAY = 86400.0
DELETED_COMMENT = "[deleted]"
"""What stands in the record for a comment whose time is over."""

BATCH = 1000
TIMES = (
    (interviews, ("started_at", "last_at", "completed_at", "consent_at")),
    (answers, ("at",)),
    (verbatims, ("at",)),
    (unclear_texts, ("at",)),
    (matches, ("shown_at", "chosen_at", "declined_at")),
)


def retain(
    engine: Engine,
    council: Council,
    versions: Versions,
    spool: Spool,
    now: float | None = None,
    dry_run: bool = False,
) -> dict[str, int]:
    """Delete and coarsen what is due, in the database in one transaction; returns how many of what.

    Which answers are words, says the version of the instrument that an interview was taken with. A dry run does the
    same and takes it back. Otherwise the counts are logged in the table `deletions`.
    """
    at = time.time() if now is None else now
    steps: dict[str, tuple[int | None, Callable[[Connection, float], int]]] = {
        "contacts": (council.keep_contacts_days, _delete_contacts),
        "conversations": (council.keep_conversations_days, _delete_conversations),
        "unclear texts": (council.keep_unclear_texts_days, _delete_unclear_texts),
        "words": (council.keep_words_days, lambda c, limit: _delete_words(c, limit, versions)),
        "links": (council.keep_links_days, _delete_links),
        "exact times": (council.keep_exact_times_days, _coarsen),
        "answers": (council.keep_answers_days, _delete_interviews),
    }
    with engine.connect() as connection, connection.begin() as transaction:
        counts = {
            what: 0 if days is None else step(connection, at - days * SECONDS_A_DAY)
            for what, (days, step) in steps.items()
        }
        limit = at - council.keep_conversations_days * SECONDS_A_DAY
        counts["set aside"] = spool.delete_set_aside(limit, dry_run)
        if dry_run:
            transaction.rollback()
            return counts
        rows = [{"at": at, "what": what, "count": count} for what, count in counts.items() if count]
        if rows:
            connection.execute(sa.insert(deletions), rows)
    scrub(engine)
    return counts


def _deleted(connection: Connection, statement: sa.sql.dml.Delete) -> int:
    return int(connection.execute(statement).rowcount)


def _delete_contacts(connection: Connection, limit: float) -> int:
    return _deleted(connection, sa.delete(contacts).where(contacts.c.last_at < limit))


def _delete_conversations(connection: Connection, limit: float) -> int:
    """Those whose latest message is older."""
    latest = sa.select(turns.c.conversation_id).group_by(turns.c.conversation_id)
    stale = latest.having(sa.func.max(turns.c.at) < limit)
    ids = list(connection.execute(stale).scalars())
    for begin in range(0, len(ids), BATCH):
        batch = ids[begin : begin + BATCH]
        for table in (turns, conversations):
            connection.execute(sa.delete(table).where(table.c.conversation_id.in_(batch)))
    return len(ids)


def _delete_unclear_texts(connection: Connection, limit: float) -> int:
    return _deleted(connection, sa.delete(unclear_texts).where(unclear_texts.c.at < limit))


def _delete_words(connection: Connection, limit: float, versions: Versions) -> int:
    """The words beside the codes, and comments; that there was a comment stays."""
    count = _deleted(connection, sa.delete(verbatims).where(verbatims.c.at < limit))
    for identifier, instrument in versions.items():
        taken_with_it = sa.select(interviews.c.interview_id).where(interviews.c.instrument == identifier)
        comments = sa.and_(
            answers.c.interview_id.in_(taken_with_it),
            answers.c.variable.in_([question.name for question in instrument.variables if question.kind == "text"]),
            answers.c.code.not_in([DELETED_COMMENT, *(str(category.code) for category in instrument.missing)]),
            answers.c.at < limit,
        )
        count += int(connection.execute(sa.update(answers).where(comments).values(code=DELETED_COMMENT)).rowcount)
    return count


def _delete_links(connection: Connection, limit: float) -> int:
    """What tells that two interviews are one person's."""
    due = sa.and_(interviews.c.last_at < limit, interviews.c.person.is_not(None))
    return int(connection.execute(sa.update(interviews).where(due).values(person=None)).rowcount)


def _coarsen(connection: Connection, limit: float) -> int:
    """Move all times of an interview so that it begins at midnight (UTC): the day and how long things took stay.

    Random signs take the place of the hash of its reference code, so that nobody can find it by that any more.
    """
    due = sa.select(interviews.c.interview_id, interviews.c.started_at)
    due = due.where(interviews.c.last_at < limit, interviews.c.coarsened.is_(False))
    count = 0
    for identifier, started_at in connection.execute(due).all():
        shift = started_at % SECONDS_A_DAY
        for table, columns in TIMES:
            moved = {name: table.c[name] - shift for name in columns}
            connection.execute(sa.update(table).where(table.c.interview_id == identifier).values(moved))
        this = interviews.c.interview_id == identifier
        dropped = {"coarsened": True, "reference_hash": secrets.token_hex(32)}
        connection.execute(sa.update(interviews).where(this).values(dropped))
        count += 1
    return count


def _delete_interviews(connection: Connection, limit: float) -> int:
    """Whole interviews with all their rows, but for those whose conversation is still kept: they go after it."""
    ids = sa.select(interviews.c.interview_id).where(
        interviews.c.last_at < limit,
        ~sa.exists().where(conversations.c.interview_id == interviews.c.interview_id),
    )
    due = list(connection.execute(ids).scalars())
    for begin in range(0, len(due), BATCH):
        batch = due[begin : begin + BATCH]
        for table in (answers, verbatims, unclear_texts, matches, interviews):
            connection.execute(sa.delete(table).where(table.c.interview_id.in_(batch)))
    return len(due)
