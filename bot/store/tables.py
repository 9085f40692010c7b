"""The tables. A row type never leaves this package: callers get plain values."""

from datetime import UTC, date, datetime
from typing import ClassVar

from sqlalchemy import BigInteger, DateTime, Dialect, MetaData, String
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

# One name per constraint, the same on every database, so that a migration can speak of it.
metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, in UTC on both sides; SQLite would otherwise drop the zone unseen."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Take any aware moment to UTC; a naive one is a mistake of the caller."""
        del dialect
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back that SQLite does not keep."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class _Table(SQLModel):
    metadata: ClassVar[MetaData] = metadata


class ReaderRow(_Table, table=True):
    """All that is kept about a reader; `key` is `readers.reader_key`, never the Telegram id."""

    __tablename__ = "reader"

    key: str = Field(primary_key=True, sa_type=String(64))
    audience: str | None
    level: str | None
    locale: str | None
    region: str | None
    view: str
    visit: str | None
    remember: bool
    last_used: date
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)


class UpdateRow(_Table, table=True):
    """An update that was already answered with a send; `seen_at` is cut to the hour."""

    __tablename__ = "seen_update"

    update_id: int = Field(
        sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False}
    )
    seen_at: datetime = Field(sa_type=UtcDateTime, index=True)


class CounterRow(_Table, table=True):
    """How often something happened on a day; says nothing about whom it happened to."""

    __tablename__ = "counter"

    day: date = Field(primary_key=True)
    event: str = Field(primary_key=True)
    detail: str = Field(primary_key=True)
    count: int = Field(sa_type=BigInteger)
