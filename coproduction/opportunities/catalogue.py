"""The published catalogue kept in memory, loaded again when it has changed."""

from __future__ import annotations

from sqlalchemy.engine import Engine

from coproduction.opportunities.matching import Catalogue, catalogue_version


class CatalogueHolder:
    """Holds the catalogue of a database for as long as nobody changes it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._catalogue: Catalogue | None = None

    def current(self) -> Catalogue:
        """The catalogue as it is published now; one short query where it has not changed."""
        if self._catalogue is None or self._catalogue.version != catalogue_version(self._engine):
            self._catalogue = Catalogue.load(self._engine)
        return self._catalogue
