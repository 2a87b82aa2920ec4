"""Addresses at messaging services stand apart from the record, encrypted, and go when their time is over."""

import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet

from coproduction.errors import UserError
from coproduction.records.contacts import Contacts, contacts_keys
from coproduction.records.tables import contacts, interviews

ADDRESS = "+447700900123"


@pytest.fixture
def key():
    return Fernet.generate_key().decode()


def test_an_address_is_found_again_by_itself_and_by_its_conversation(engine, key):
    store = Contacts(engine, [key])
    kept = store.remember("sms", ADDRESS, "c-1")
    assert store.find("sms", ADDRESS) == kept
    assert store.of_conversation("c-1") == kept
    assert store.find("whatsapp", ADDRESS) is None


def test_the_address_stands_nowhere_in_the_table(engine, key):
    Contacts(engine, [key]).remember("sms", ADDRESS, "c-1")
    with engine.connect() as connection:
        row = str(connection.execute(sa.select(contacts)).one())
    assert ADDRESS not in row
    assert ADDRESS[-6:] not in row


def test_whoever_comes_again_while_the_contact_is_kept_has_the_same_pseudonym(engine, key):
    store = Contacts(engine, [key])
    first = store.remember("sms", ADDRESS, "c-1")
    assert store.remember("sms", ADDRESS, "c-2").person == first.person
    assert store.of_conversation("c-1") is None
    assert store.remember("sms", "+447700900124", "c-3").person != first.person


def test_a_pseudonym_says_nothing_of_the_address(engine, key):
    person = Contacts(engine, [key]).remember("sms", ADDRESS, "c-1").person
    with engine.begin() as connection:
        connection.execute(sa.delete(contacts))
    assert Contacts(engine, [key]).remember("sms", ADDRESS, "c-1").person != person


def test_a_key_is_rotated(engine, key):
    old = Contacts(engine, [key]).remember("sms", ADDRESS, "c-1")
    new = Fernet.generate_key().decode()
    assert Contacts(engine, [new, key]).find("sms", ADDRESS) == old
    Contacts(engine, [new, key]).remember("sms", ADDRESS, "c-1")
    assert Contacts(engine, [new]).find("sms", ADDRESS) == old


def test_another_key_opens_nothing(engine, key):
    Contacts(engine, [key]).remember("sms", ADDRESS, "c-1")
    other = Contacts(engine, [Fernet.generate_key().decode()])
    assert other.find("sms", ADDRESS) is None
    with pytest.raises(UserError, match="CONTACTS_KEYS"):
        other.of_conversation("c-1")


def test_keys_come_from_the_environment():
    assert contacts_keys({"CONTACTS_KEYS": "a, b"}) == ["a", "b"]
    with pytest.raises(UserError, match="CONTACTS_KEYS"):
        contacts_keys({})


def test_what_is_no_key_is_said(engine):
    with pytest.raises(UserError, match="is no key"):
        Contacts(engine, ["secret"])


def test_no_column_of_the_record_could_hold_an_address():
    assert not {"address", "phone", "email", "lookup", "sealed", "channel"} & {c.name for c in interviews.columns}
