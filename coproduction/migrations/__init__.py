"""Schema migrations (Alembic), for records and opportunities alike."""
