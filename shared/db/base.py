"""What every service's tables share: names of constraints, column types, and the kernel's own tables."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from shared.ids import new_id

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
TYPE_MAP: dict[Any, Any] = {
    datetime: DateTime(timezone=True),
    dict: JSONB,
    dict[str, Any]: JSONB,
    list[str]: JSONB,
    list[dict[str, Any]]: JSONB,
    UUID: Uuid(),
    str: Text(),
    bytes: LargeBinary(),
}


class Identified:
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)


class Timestamped:
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Versioned:
    """Grows with each change; orders the state events and makes the ETag."""

    version: Mapped[int] = mapped_column(default=1, server_default="1")


kernel = MetaData(naming_convention=NAMING)

outbox = Table(
    "outbox",
    kernel,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("event_id", Uuid, nullable=False, unique=True),
    Column("topic", Text, nullable=False),
    Column("subject", Uuid, nullable=False),
    Column("version", BigInteger),
    Column("body", JSONB, nullable=False),
    Column("headers", JSONB, nullable=False),
    Column("carries_secret", Integer, nullable=False, server_default="0"),
    Column(
        "created_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()
    ),
    Column("published_at", DateTime(timezone=True)),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("last_error", Text),
    Index("ix_outbox_waiting", "id", postgresql_where=text("published_at IS NULL")),
    Index("ix_outbox_published_at", "published_at"),
)

inbox = Table(
    "inbox",
    kernel,
    Column("event_id", Uuid, primary_key=True),
    Column("handler", Text, primary_key=True),
    Column("topic", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("body", JSONB),
    Column("raw", LargeBinary),
    Column("headers", JSONB, nullable=False, server_default="{}"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_at", DateTime(timezone=True)),
    Column("last_error", Text),
    Column("received_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("finished_at", DateTime(timezone=True)),
    Index("ix_inbox_retry", "next_at", postgresql_where=text("state = 'retry'")),
    Index("ix_inbox_dead", "received_at", postgresql_where=text("state = 'dead'")),
    Index("ix_inbox_finished_at", "finished_at"),
)

job = Table(
    "job",
    kernel,
    Column("id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("key", Text),
    Column("payload", JSONB, nullable=False),
    Column("headers", JSONB, nullable=False, server_default="{}"),
    Column("state", Text, nullable=False, server_default="waiting"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("token", BigInteger, nullable=False, server_default="0"),
    Column("run_at", DateTime(timezone=True), nullable=False),
    Column("lease_until", DateTime(timezone=True)),
    Column("last_error", Text),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("finished_at", DateTime(timezone=True)),
    Index("ix_job_due", "kind", "run_at", postgresql_where=text("state = 'waiting'")),
    Index("ix_job_running", "lease_until", postgresql_where=text("state = 'running'")),
    Index(
        "uq_job_kind_key_waiting",
        "kind",
        "key",
        unique=True,
        postgresql_where=text("state = 'waiting'"),
    ),
    Index("ix_job_finished_at", "finished_at"),
)

job_run = Table(
    "job_run",
    kernel,
    Column("name", Text, primary_key=True),
    Column("slot", DateTime(timezone=True), primary_key=True),
    Column("ran_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index("ix_job_run_ran_at", "ran_at"),
)

persons = Table(
    "person",
    kernel,
    Column("person_id", Uuid, primary_key=True),
    Column("erased_at", DateTime(timezone=True)),
    Index("ix_person_erased_at", "erased_at", postgresql_where=text("erased_at IS NOT NULL")),
)

idempotency = Table(
    "idempotency",
    kernel,
    Column("owner", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("route", Text, nullable=False),
    Column("body_digest", LargeBinary, nullable=False),
    Column("status", Integer),
    Column("headers", JSONB),
    Column("answer", LargeBinary),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index("ix_idempotency_created_at", "created_at"),
)
