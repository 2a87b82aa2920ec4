"""Run by Alembic: applies the migrations on the connection it is given."""

from alembic import context

from coproduction.database import Base
from coproduction.opportunities import model  # noqa: F401  (registers its table)
from coproduction.records import tables  # noqa: F401  (registers its tables)

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
