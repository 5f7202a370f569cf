"""Plans and their rows, customers, subscriptions, checkout, webhooks, entitlements."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.db.migrations import drop_kernel_tables_v1, kernel_tables_v1

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    kernel_tables_v1(op)
    _catalogue()
    _people()
    _subscriptions()
    _webhooks()
    _seed()


def downgrade() -> None:
    for table in (
        "entitlement",
        "stripe_event",
        "checkout_session",
        "subscription_entry",
        "subscription",
        "erased",
        "customer",
        "plan_limit",
        "plan_feature",
        "plan_price",
        "plan",
    ):
        op.drop_table(table)
    drop_kernel_tables_v1(op)


def _catalogue() -> None:
    op.create_table(
        "plan",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("names", JSONB, nullable=False),
        sa.Column("descriptions", JSONB, nullable=False),
        sa.Column("is_active", sa.Boolean, nullable=False, server_default=sa.text("true")),
        sa.Column("is_popular", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.UniqueConstraint("code", name="uq_plan_code"),
    )
    op.create_table(
        "plan_price",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("plan_id", sa.Uuid, sa.ForeignKey("plan.id"), nullable=False),
        sa.Column("interval", sa.Text, nullable=False),
        sa.Column("amount_minor", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("lookup_key", sa.Text, nullable=False),
        sa.UniqueConstraint("lookup_key", name="uq_plan_price_lookup_key"),
        sa.UniqueConstraint(
            "plan_id", "interval", "currency", name="uq_plan_price_plan_id_interval_currency"
        ),
    )
    op.create_table(
        "plan_feature",
        sa.Column("plan_id", sa.Uuid, sa.ForeignKey("plan.id"), primary_key=True),
        sa.Column("feature", sa.Text, primary_key=True),
    )
    op.create_table(
        "plan_limit",
        sa.Column("plan_id", sa.Uuid, sa.ForeignKey("plan.id"), primary_key=True),
        sa.Column("resource", sa.Text, primary_key=True),
        sa.Column("allowed", sa.Integer),
    )


def _people() -> None:
    op.create_table(
        "customer",
        sa.Column("user_id", sa.Uuid, primary_key=True),
        sa.Column("provider_id", sa.Text),
        sa.Column("email", sa.Text),
        sa.Column("name", sa.Text),
        sa.Column("language", sa.Text, nullable=False, server_default="fr"),
        sa.Column("timezone", sa.Text),
        sa.Column("account_version", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("generation", sa.Integer, nullable=False, server_default="0"),
        sa.Column("subscription_version", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("erased_at", MOMENT),
        sa.Column("created_at", MOMENT, nullable=False, server_default=sa.func.now()),
        sa.Column("updated_at", MOMENT, nullable=False, server_default=sa.func.now()),
        sa.UniqueConstraint("provider_id", name="uq_customer_provider_id"),
    )
    op.create_table(
        "erased",
        sa.Column("user_id", sa.Uuid, primary_key=True),
        sa.Column("erased_at", MOMENT, nullable=False),
    )
    op.create_table(
        "entitlement",
        sa.Column("user_id", sa.Uuid, primary_key=True),
        sa.Column("plan", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("features", JSONB, nullable=False),
        sa.Column("limits", JSONB, nullable=False),
        sa.Column("effective_at", MOMENT, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("changed_in", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_entitlement_changed_in", "entitlement", ["changed_in", "user_id"])


def _subscriptions() -> None:
    op.create_table(
        "subscription",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("provider_id", sa.Text, nullable=False),
        sa.Column("plan", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("interval", sa.Text, nullable=False),
        sa.Column("amount_minor", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("item_ref", sa.Text, nullable=False),
        sa.Column("period_start", MOMENT, nullable=False),
        sa.Column("period_end", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT),
        sa.Column("ended_at", MOMENT),
        sa.Column("trial_end", MOMENT),
        sa.Column("grace_until", MOMENT),
        sa.Column("open_invoice_url", sa.Text),
        sa.Column("schedule_ref", sa.Text),
        sa.Column("scheduled_plan", sa.Text),
        sa.Column("scheduled_interval", sa.Text),
        sa.Column("failure_told", sa.Text),
        sa.Column("version", sa.BigInteger, nullable=False, server_default="1"),
        sa.Column("created_at", MOMENT, nullable=False, server_default=sa.func.now()),
        sa.Column("updated_at", MOMENT, nullable=False, server_default=sa.func.now()),
        sa.UniqueConstraint("provider_id", name="uq_subscription_provider_id"),
    )
    op.create_index("ix_subscription_user_id", "subscription", ["user_id", "created_at"])
    op.create_table(
        "subscription_entry",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("subscription_id", sa.Uuid, sa.ForeignKey("subscription.id"), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("event_ref", sa.Text),
        sa.Column("old_status", sa.Text),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("old_plan", sa.Text),
        sa.Column("plan", sa.Text, nullable=False),
        sa.Column("ends_at", MOMENT),
    )
    op.create_index(
        "ix_subscription_entry_subscription_id", "subscription_entry", ["subscription_id", "at"]
    )


def _webhooks() -> None:
    op.create_table(
        "checkout_session",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("provider_id", sa.Text),
        sa.Column("plan", sa.Text, nullable=False),
        sa.Column("interval", sa.Text, nullable=False),
        sa.Column("url", sa.Text),
        sa.Column("status", sa.Text, nullable=False, server_default="open"),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False, server_default=sa.func.now()),
        sa.Column("updated_at", MOMENT, nullable=False, server_default=sa.func.now()),
        sa.UniqueConstraint("provider_id", name="uq_checkout_session_provider_id"),
    )
    op.create_index(
        "uq_checkout_session_open",
        "checkout_session",
        ["user_id"],
        unique=True,
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_table(
        "stripe_event",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("api_version", sa.Text),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False, server_default="webhook"),
        sa.Column("body", JSONB, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("error", sa.Text),
        sa.Column("finished_at", MOMENT),
    )
    op.create_index("ix_stripe_event_state", "stripe_event", ["state", "received_at"])
    op.create_index("ix_stripe_event_created_at", "stripe_event", ["created_at"])


_OCR = ("documents.ocr", "ai.chat", "ai.suggestions", "ai.questions")
_ALL = (*_OCR, "ai.diagnosis", "ai.depth", "support.priority")
PLANS: tuple[dict[str, Any], ...] = (
    {
        "id": "0197a000-0000-7000-8000-000000000001",
        "code": "FREE",
        "rank": 0,
        "is_popular": False,
        "names": {"fr": "Gratuit", "en": "Free", "es": "Gratis"},
        "descriptions": {
            "fr": "Carnet d'entretien, documents et rappels pour trois véhicules.",
            "en": "Service book, documents and reminders for three vehicles.",
            "es": "Libro de mantenimiento, documentos y avisos para tres vehículos.",
        },
        "prices": (),
        "features": (),
        "limits": {"vehicles": 3, "documents": 50, "storage_mb": 200, "ai_tokens_month": 0},
    },
    {
        "id": "0197a000-0000-7000-8000-000000000002",
        "code": "STANDARD",
        "rank": 1,
        "is_popular": True,
        "names": {"fr": "Standard", "en": "Standard", "es": "Estándar"},
        "descriptions": {
            "fr": "Lecture automatique des factures et assistant pour dix véhicules.",
            "en": "Invoices read automatically and the assistant, for ten vehicles.",
            "es": "Lectura automática de facturas y asistente para diez vehículos.",
        },
        "prices": (("month", 999), ("year", 9900)),
        "features": _OCR,
        "limits": {
            "vehicles": 10,
            "documents": 200,
            "storage_mb": 1024,
            "ai_tokens_month": 100_000,
        },
    },
    {
        "id": "0197a000-0000-7000-8000-000000000003",
        "code": "PREMIUM",
        "rank": 2,
        "is_popular": False,
        "names": {"fr": "Premium", "en": "Premium", "es": "Premium"},
        "descriptions": {
            "fr": "Diagnostic, analyses approfondies et assistance prioritaire, véhicules illimités.",
            "en": "Diagnosis, in-depth analyses and priority support, unlimited vehicles.",
            "es": "Diagnóstico, análisis detallados y soporte prioritario, vehículos ilimitados.",
        },
        "prices": (("month", 1999), ("year", 19900)),
        "features": _ALL,
        "limits": {
            "vehicles": None,
            "documents": 1000,
            "storage_mb": 10_240,
            "ai_tokens_month": 600_000,
        },
    },
)
_EVERY = {"month": "monthly", "year": "yearly"}


def _seed() -> None:
    """api.md, section 3: the price list as rows, which an administrator may change."""
    names, prices, features, limits = [], [], [], []
    for number, plan in enumerate(PLANS, start=1):
        columns = ("id", "code", "rank", "is_popular", "names", "descriptions")
        names.append({name: plan[name] for name in columns})
        for at, (interval, amount) in enumerate(plan["prices"], start=1):
            prices.append(
                {
                    "id": f"0197a000-0000-7000-8000-0000000001{number}{at}",
                    "plan_id": plan["id"],
                    "interval": interval,
                    "amount_minor": amount,
                    "currency": "EUR",
                    "lookup_key": f"{plan['code'].lower()}_{_EVERY[interval]}",
                }
            )
        features += [{"plan_id": plan["id"], "feature": name} for name in plan["features"]]
        limits += [
            {"plan_id": plan["id"], "resource": name, "allowed": allowed}
            for name, allowed in plan["limits"].items()
        ]
    for table, rows in (
        ("plan", names),
        ("plan_price", prices),
        ("plan_feature", features),
        ("plan_limit", limits),
    ):
        op.bulk_insert(_TABLES[table], rows)


_TABLES = {
    "plan": sa.table(
        "plan",
        sa.column("id", sa.Uuid(as_uuid=False)),
        sa.column("code"),
        sa.column("rank"),
        sa.column("is_popular", sa.Boolean),
        sa.column("names", JSONB),
        sa.column("descriptions", JSONB),
    ),
    "plan_price": sa.table(
        "plan_price",
        sa.column("id", sa.Uuid(as_uuid=False)),
        sa.column("plan_id", sa.Uuid(as_uuid=False)),
        sa.column("interval"),
        sa.column("amount_minor", sa.BigInteger),
        sa.column("currency"),
        sa.column("lookup_key"),
    ),
    "plan_feature": sa.table(
        "plan_feature", sa.column("plan_id", sa.Uuid(as_uuid=False)), sa.column("feature")
    ),
    "plan_limit": sa.table(
        "plan_limit",
        sa.column("plan_id", sa.Uuid(as_uuid=False)),
        sa.column("resource"),
        sa.column("allowed", sa.Integer),
    ),
}
