"""The catalogue in memory: published opportunities only, and never an old version of them."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coproduction.opportunities.catalogue import CatalogueHolder
from coproduction.opportunities.matching import Catalogue, Wishes
from coproduction.opportunities.model import Opportunity, OpportunityView
from coproduction.opportunities.review import publish, reject
from coproduction.opportunities.uptake import give_back_place, take_place
from tests.opportunities.catalogue_files import add

COMPLETE = {"sector": 2, "effort": 1, "company": "1", "place": 2}


@pytest.fixture
def filled(sqlite_engine):
    add(sqlite_engine, "council:open", capacity=2, **COMPLETE)
    add(sqlite_engine, "council:draft", status="draft", **COMPLETE)
    add(sqlite_engine, "council:withdrawn", status="withdrawn", **COMPLETE)
    return sqlite_engine


ANYONE = Wishes(today=dt.date(2026, 6, 1), seed="anyone", age=25)


def names(catalogue):
    return sorted(suggestion.opportunity.id for suggestion in catalogue.rank(ANYONE, 99))


def edit(engine, **values):
    with Session(engine, future=True) as session:
        for column, value in values.items():
            setattr(session.get(Opportunity, "council:open"), column, value)
        session.commit()


def delete(engine):
    with engine.begin() as connection:
        connection.execute(sa.delete(Opportunity).where(Opportunity.id == "council:open"))


def test_only_what_is_published_is_loaded(filled):
    catalogue = Catalogue.load(filled)
    assert names(catalogue) == ["council:open"]
    assert len(catalogue) == 1
    assert catalogue.find("council:open").capacity == 2
    assert catalogue.find("council:draft") is None


def test_every_column_a_card_shows_is_read_back(engine):
    view = OpportunityView(
        id="council:all", title="Everything", summary="s", first_step="f", link="https://a.example", organisation="o",
        sector=2, topics="litter", effort=1, minutes_per_month=30, company="1 2", place=2, min_age=16, max_age=90,
        starts_on=dt.date(2026, 1, 2), ends_on=dt.date(2027, 1, 2), capacity=3, taken=1, latitude=52.5, longitude=-1.5,
        address="1 High Street", language="en",
    )  # fmt: skip
    add(engine, **{("identifier" if key == "id" else key): value for key, value in vars(view).items()})
    assert Catalogue.load(engine).find("council:all") == view


def test_an_unchanged_catalogue_is_not_loaded_again(filled):
    holder = CatalogueHolder(filled)
    first = holder.current()
    assert names(first) == ["council:open"]
    add(filled, "council:another draft", status="draft")
    assert holder.current() is first


@pytest.mark.parametrize(
    ("change", "left"),
    [
        (lambda engine: publish(engine, ["council:draft"]), ["council:draft", "council:open"]),
        (lambda engine: reject(engine, ["council:open"]), []),
        (lambda engine: take_place(engine, "council:open"), ["council:open"]),
        (lambda engine: edit(engine, title="Another title"), ["council:open"]),
        (lambda engine: add(engine, "council:new", **COMPLETE), ["council:new", "council:open"]),
        (delete, []),
    ],
    ids=["publish", "reject", "take a place", "edit", "add", "delete"],
)
def test_a_changed_catalogue_is_loaded_again(filled, change, left):
    holder = CatalogueHolder(filled)
    before = holder.current()
    change(filled)
    assert names(holder.current()) == left
    assert holder.current() is not before


def test_the_last_place_taken_takes_it_out_of_the_suggestions(filled):
    holder = CatalogueHolder(filled)
    take_place(filled, "council:open")
    assert names(holder.current()) == ["council:open"]
    take_place(filled, "council:open")
    assert names(holder.current()) == []
    give_back_place(filled, "council:open")
    assert names(holder.current()) == ["council:open"]


def test_a_catalogue_without_anything_published_is_empty(sqlite_engine):
    assert len(CatalogueHolder(sqlite_engine).current()) == 0


def test_while_the_database_is_away_the_catalogue_read_last_is_used(filled):
    holder = CatalogueHolder(filled)
    before = holder.current()
    with filled.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE opportunities RENAME TO elsewhere")
    assert holder.current() is before


def test_a_catalogue_that_was_never_read_is_not_made_up(sqlite_engine):
    with sqlite_engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE opportunities RENAME TO elsewhere")
    with pytest.raises(sa.exc.OperationalError):
        CatalogueHolder(sqlite_engine).current()
