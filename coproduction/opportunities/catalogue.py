"""The published catalogue kept in memory, loaded again when it has changed."""

from __future__ import annotations

from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

from coproduction.database import is_away
from coproduction.opportunities.matching import Catalogue, catalogue_version


class CatalogueHolder:
    """Holds the catalogue of a database for as long as nobody changes it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._catalogue: Catalogue | None = None

    def current(self) -> Catalogue:
        """The catalogue as it is published now; one short query where it has not changed.

        While the database is away, the one that was read last.
        """
        try:
            if self._catalogue is None or self._catalogue.version != catalogue_version(self._engine):
                self._catalogue = Catalogue.load(self._engine)
        except SQLAlchemyError as error:
            if self._catalogue is None or not is_away(error):
                raise
        return self._catalogue
