"""Contacts: where to answer someone on a messaging service. Apart from the record, encrypted, kept for days.

No messaging service is connected yet; an adapter in `web/` keeps its addresses here and nowhere else. A contact names
its conversation, never an interview.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec
import sqlalchemy as sa
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy.engine import Engine

from coproduction.errors import UserError
from coproduction.records.tables import contacts


class _Sealed(msgspec.Struct):
    address: str
    person: str


@dataclass(frozen=True)
class Contact:
    """Someone on a messaging service. `person` is random, and the same for all interviews of this contact."""

    channel: str
    address: str
    person: str
    conversation_id: str


class Contacts:
    """The contact store. The first key encrypts; the others still open what they encrypted before."""

    def __init__(self, engine: Engine, keys: Sequence[str]) -> None:
        try:
            self._box = MultiFernet([Fernet(key) for key in keys])
        except ValueError:
            raise UserError("bad_contacts_key") from None
        self._keys = [hmac.digest(key.encode(), b"lookup of contacts", hashlib.sha256) for key in keys]
        self._engine = engine

    def remember(self, channel: str, address: str, conversation_id: str, now: float | None = None) -> Contact:
        """Keep, or go on keeping, an address with the conversation it is in now; call it with each message.

        Everything is sealed with the first key, which is how a key is rotated.
        """
        known = self.find(channel, address)
        person = known.person if known is not None else secrets.token_hex(16)
        row = {
            "lookup": self._lookups(channel, address)[0],
            "channel": channel,
            "sealed": self._box.encrypt(msgspec.json.encode(_Sealed(address, person))).decode(),
            "conversation_id": conversation_id,
            "last_at": time.time() if now is None else now,
        }
        with self._engine.begin() as connection:
            connection.execute(sa.delete(contacts).where(contacts.c.lookup.in_(self._lookups(channel, address))))
            connection.execute(sa.insert(contacts), row)
        return Contact(channel, address, person, conversation_id)

    def find(self, channel: str, address: str) -> Contact | None:
        """The contact with this address, while it is kept."""
        return self._read(contacts.c.lookup.in_(self._lookups(channel, address)))

    def of_conversation(self, conversation_id: str) -> Contact | None:
        """Where to answer in a conversation."""
        return self._read(contacts.c.conversation_id == conversation_id)

    def _read(self, condition: sa.sql.ColumnElement) -> Contact | None:
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(contacts).where(condition)).first()
        if row is None:
            return None
        try:
            sealed = msgspec.json.decode(self._box.decrypt(row.sealed.encode()), type=_Sealed)
        except InvalidToken:
            raise UserError("bad_contacts_key") from None
        return Contact(row.channel, sealed.address, sealed.person, row.conversation_id)

    def _lookups(self, channel: str, address: str) -> list[str]:
        """What an address is found by: its HMAC under each key."""
        name = f"{channel}:{address}".encode()
        return [hmac.new(key, name, hashlib.sha256).hexdigest() for key in self._keys]


def contacts_keys(environment: Mapping[str, str] = os.environ) -> list[str]:
    """The keys of `CONTACTS_KEYS`, separated by commas; raises `UserError` (no_contacts_key) where there is none."""
    keys = [key.strip() for key in environment.get("CONTACTS_KEYS", "").split(",") if key.strip()]
    if not keys:
        raise UserError("no_contacts_key")
    return keys
