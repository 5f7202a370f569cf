"""The directory of garages: entries, hours, services, staff, claims, reviews."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
LISTED = "closed_at IS NULL"


def _made(table: str, *columns: sa.schema.SchemaItem) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Uuid, nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )


def _times() -> tuple[sa.Column[object], ...]:
    now = sa.text("now()")
    return (
        sa.Column("version", sa.Integer, server_default="1", nullable=False),
        sa.Column("created_at", MOMENT, server_default=now, nullable=False),
        sa.Column("updated_at", MOMENT, server_default=now, nullable=False),
    )


def _of(table: str, whole: str = "garage") -> tuple[sa.schema.SchemaItem, ...]:
    """The column that names what a row is a part of."""
    column = {"garage": "garage_id", "garage_review": "review_id"}[whole]
    return (
        sa.Column(column, sa.Uuid, nullable=False),
        sa.ForeignKeyConstraint(
            [column], [f"{whole}.id"], name=f"fk_{table}_{column}_{whole}", ondelete="CASCADE"
        ),
    )


def _one_each(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=f"uq_{table}_{'_'.join(columns)}")


def _indexed(table: str, *columns: str, name: str = "", where: str | None = None) -> None:
    named = name or f"ix_{table}_{'_'.join(columns)}"
    op.create_index(named, table, list(columns), postgresql_where=sa.text(where) if where else None)


def _garage() -> None:
    _made(
        "garage",
        *_times(),
        *(sa.Column(name, sa.Uuid) for name in ("owner_id", "made_by", "contact_by")),
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("name", "name_key", "city", "city_key", "country", "timezone")
        ),
        *(
            sa.Column(name, sa.Text)
            for name in ("description", "street", "postal_code", "phone", "email", "website")
        ),
        sa.Column("latitude", sa.Double),
        sa.Column("longitude", sa.Double),
        sa.Column("specialties", JSONB, server_default=sa.text("'[]'"), nullable=False),
        sa.Column("bays", sa.SmallInteger, server_default="1", nullable=False),
        sa.Column("cancel_hours", sa.SmallInteger, server_default="24", nullable=False),
        sa.Column("takes_bookings", sa.Boolean, server_default=sa.text("false"), nullable=False),
        sa.Column("rating_count", sa.Integer, server_default="0", nullable=False),
        sa.Column("rating_sum", sa.Integer, server_default="0", nullable=False),
        sa.Column("claimed_at", MOMENT),
        sa.Column("closed_at", MOMENT),
    )
    for column in ("owner_id", "made_by", "contact_by"):
        _indexed("garage", column)
    placed = f"{LISTED} AND latitude IS NOT NULL"
    _indexed("garage", "latitude", "longitude", name="ix_garage_place", where=placed)
    _indexed("garage", "country", "name_key")
    _indexed("garage", "name", "id", name="ix_garage_name", where=LISTED)
    _indexed("garage", "city_key", where=LISTED)
    _indexed("garage", "country", "postal_code")
    rated = "rating_count > 0"
    _indexed("garage", "rating_count", "rating_sum", name="ix_garage_rating", where=rated)
    op.create_index(
        "ix_garage_specialties",
        "garage",
        ["specialties"],
        postgresql_using="gin",
        postgresql_ops={"specialties": "jsonb_path_ops"},
    )


def _people() -> None:
    _made(
        "garage_staff",
        *_of("garage_staff"),
        sa.Column("account_id", sa.Uuid),
        sa.Column("email", sa.Text),
        sa.Column("email_key", sa.Text),
        sa.Column("token_digest", sa.LargeBinary),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("joined_at", MOMENT),
        _one_each("garage_staff", "garage_id", "account_id"),
        _one_each("garage_staff", "garage_id", "email_key"),
        _one_each("garage_staff", "token_digest"),
    )
    _indexed("garage_staff", "account_id")
    _indexed("garage_staff", "email_key")


def _claims() -> None:
    _made(
        "garage_claim",
        *_of("garage_claim"),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("way", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("code_digest", sa.LargeBinary),
        sa.Column("tries", sa.SmallInteger, server_default="0", nullable=False),
        sa.Column("sent_at", MOMENT),
        sa.Column("expires_at", MOMENT),
        sa.Column("document_id", sa.Uuid),
        sa.Column("note", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("settled_at", MOMENT),
    )
    op.create_index(
        "uq_garage_claim_garage_id_account_id",
        "garage_claim",
        ["garage_id", "account_id"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )
    _indexed("garage_claim", "account_id")
    _indexed("garage_claim", "garage_id", "created_at")
    _indexed("garage_claim", "state", "created_at")
    _made(
        "garage_audit",
        *_of("garage_audit"),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("actor_id", sa.Uuid),
        sa.Column("about_id", sa.Uuid),
        sa.Column("facts", JSONB, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )
    _indexed("garage_audit", "actor_id")
    _indexed("garage_audit", "about_id")
    _indexed("garage_audit", "garage_id", "at", "id", name="ix_garage_audit_garage_id_at")


def _offers() -> None:
    _made(
        "garage_service",
        *_of("garage_service"),
        *_times(),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column("service_type", sa.Text),
        sa.Column("description", sa.Text),
        sa.Column("minutes", sa.SmallInteger, nullable=False),
        sa.Column("price_minor", sa.BigInteger),
        sa.Column("currency", sa.Text),
    )
    _indexed("garage_service", "garage_id", "name")
    _made(
        "opening_span",
        *_of("opening_span"),
        *(
            sa.Column(name, sa.SmallInteger, nullable=False)
            for name in ("weekday", "opens", "closes")
        ),
    )
    _indexed("opening_span", "garage_id", "weekday")
    _made(
        "opening_exception",
        *_of("opening_exception"),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=False),
        sa.Column("spans", JSONB, nullable=False),
        sa.Column("note", sa.Text),
        sa.Column("created_at", MOMENT, nullable=False),
    )
    _indexed("opening_exception", "garage_id", "ends_on")


def _reviews() -> None:
    _made(
        "garage_review",
        *_of("garage_review"),
        *_times(),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("rating", sa.SmallInteger, nullable=False),
        sa.Column("is_named", sa.Boolean, nullable=False),
        *(sa.Column(name, sa.Text) for name in ("title", "comment", "answer", "hidden_because")),
        *(
            sa.Column(name, MOMENT)
            for name in ("visited_at", "edited_at", "answered_at", "hidden_at")
        ),
        _one_each("garage_review", "garage_id", "account_id"),
    )
    _indexed("garage_review", "account_id")
    created = ("created_at", "id")
    _indexed("garage_review", "garage_id", *created, name="ix_garage_review_garage_id_created_at")
    _indexed("garage_review", *created, name="ix_garage_review_created_at")
    _made(
        "review_report",
        *_of("review_report", "garage_review"),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("note", sa.Text),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("settled_at", MOMENT),
        sa.Column("outcome", sa.Text),
        _one_each("review_report", "review_id", "account_id"),
    )
    _indexed("review_report", "account_id")
    is_open = "settled_at IS NULL"
    _indexed("review_report", "created_at", name="ix_review_report_open", where=is_open)


def upgrade() -> None:
    _garage()
    _people()
    _claims()
    _offers()
    _reviews()


def downgrade() -> None:
    for table in (
        *("review_report", "garage_review", "opening_exception", "opening_span"),
        *("garage_service", "garage_audit", "garage_claim", "garage_staff", "garage"),
    ):
        op.drop_table(table)
