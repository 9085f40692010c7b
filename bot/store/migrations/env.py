"""Alembic's way in. The connection comes from bot/store/schema.py, there is no alembic.ini.

The engine is asynchronous; `schema` hands its synchronous face over inside `run_sync`, in a
transaction that is already open and that it commits itself.
"""

from alembic import context

from bot.errors import ConfigError
from bot.store.tables import metadata

connection = context.config.attributes.get("connection")
if connection is None:
    raise ConfigError("migrations are run by `python -m bot db`, not by the alembic command")

context.configure(
    connection=connection,
    target_metadata=metadata,
    compare_type=True,
    render_as_batch=True,  # SQLite alters a table by copying it
    transactional_ddl=True,  # SQLite too, since bot/store/engine.py begins transactions itself
)
with context.begin_transaction():
    context.run_migrations()
