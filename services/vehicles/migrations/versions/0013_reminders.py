"""Reminders: each time something falls due is a row, with what became of it, what was told to whom, and what members want to hear."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

OLD = ("status", "snoozed_until", "reminded")
SAFETY = (
    "brake_fluid",
    "brakes_inspection",
    "brake_pads_front_wear",
    "brake_pads_front_wear_regen",
    "brake_discs_wear",
    "tyres_wear",
    "shocks_check",
    "ev_service",
)
FROM_PLANS = sa.text(
    """
    INSERT INTO occurrence (id, owner_id, vehicle_id, what_id, source, kind, key, revision, round, title, service_type,
        due_on, due_metres, due_minutes, lead_days, lead_metres, lead_minutes, forecast_on, earliest, latest, remind_on,
        status, looked, look_on, sequence, entry_digest, created_at, modified_at)
    SELECT gen_random_uuid(), owner_id, vehicle_id, id, 'plan',
        CASE WHEN service_type = 'technical_inspection' THEN 'inspection'
             WHEN service_type = ANY(:safety) THEN 'safety' ELSE 'maintenance' END,
        occurrence, revision, 0, title, service_type, due_on, due_metres, due_minutes, lead_days, lead_metres,
        lead_minutes, forecast_on, forecast_from, forecast_to, remind_on,
        'ACTIVE', 'planned', LEAST(remind_on, due_on), 0, '', created_at, updated_at
    FROM maintenance_plan WHERE active AND occurrence <> ''
    """
)
FROM_REMINDERS = sa.text(
    """
    INSERT INTO occurrence (id, owner_id, vehicle_id, what_id, source, kind, key, revision, round, title, note,
        due_on, due_metres, lead_days, lead_metres, forecast_on, remind_on, status, closed_at, snoozed_until, looked,
        look_on, sequence, entry_digest, created_at, modified_at)
    SELECT gen_random_uuid(), owner_id, vehicle_id, id, 'own', 'other', occurrence, revision, 0, title, note,
        due_on, due_metres, lead_days, lead_metres, forecast_on,
        CASE WHEN snoozed_until IS NULL THEN remind_on ELSE LEAST(due_on, forecast_on) - lead_days END, status,
        CASE WHEN status = 'ACTIVE' THEN NULL ELSE updated_at END, snoozed_until, 'planned',
        CASE WHEN status = 'ACTIVE' THEN COALESCE(snoozed_until, LEAST(remind_on, due_on)) END,
        0, '', created_at, updated_at
    FROM reminder WHERE occurrence <> ''
    """
)
TOLD = sa.text(
    """
    INSERT INTO reminder_notice (account_id, occurrence, state, channel, vehicle_id, told_at)
    SELECT told.owner_id, told.occurrence, 'soon', channel, what.vehicle_id, told.told_at
    FROM reminder_occurrence AS told
    JOIN (SELECT id, vehicle_id FROM maintenance_plan UNION ALL SELECT id, vehicle_id FROM reminder) AS what
        ON what.id::text = split_part(told.occurrence, ':', 2)
    CROSS JOIN (VALUES ('inbox'), ('mail')) AS ways (channel)
    """
)
TOLD_BEFORE = sa.text(
    """
    INSERT INTO reminder_occurrence (id, owner_id, occurrence, told_at)
    SELECT gen_random_uuid(), vehicle.owner_id, notice.occurrence, min(notice.told_at)
    FROM reminder_notice AS notice JOIN vehicle ON vehicle.id = notice.vehicle_id
    WHERE notice.account_id = vehicle.owner_id GROUP BY vehicle.owner_id, notice.occurrence
    """
)
AS_BEFORE = sa.text(
    """
    UPDATE reminder SET status = CASE WHEN now.status = 'ACTIVE' THEN 'ACTIVE' ELSE 'DISMISSED' END,
        snoozed_until = now.snoozed_until, remind_on = COALESCE(now.snoozed_until, reminder.remind_on)
    FROM occurrence AS now WHERE now.what_id = reminder.id AND now.key = reminder.occurrence
    """
)
STANDS = (
    # how a reminder stands is told with it: who asks what changed since hears of it
    """CREATE FUNCTION note_occurrence() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE reminder SET changed_in = this_change() WHERE id = NEW.what_id;
        RETURN NULL;
    END $$""",
    """CREATE TRIGGER note_state AFTER UPDATE ON occurrence FOR EACH ROW
       WHEN (NEW.source <> 'plan' AND (OLD.status, OLD.snoozed_until, OLD.snoozed_metres, OLD.passed_on, OLD.title, OLD.note,
             OLD.forecast_on, OLD.earliest, OLD.latest, OLD.kind)
             IS DISTINCT FROM (NEW.status, NEW.snoozed_until, NEW.snoozed_metres, NEW.passed_on, NEW.title, NEW.note,
             NEW.forecast_on, NEW.earliest, NEW.latest, NEW.kind))
       EXECUTE FUNCTION note_occurrence()""",
)
REMINDED = (
    "UPDATE {table} SET reminded = occurrence "
    "WHERE occurrence IN (SELECT occurrence FROM reminder_occurrence)"
)


def upgrade() -> None:
    op.add_column("reminder", sa.Column("source", sa.Text, server_default="own", nullable=False))
    op.add_column("reminder", sa.Column("kind", sa.Text, server_default="other", nullable=False))
    op.add_column("reminder", sa.Column("document_id", sa.Uuid))
    op.add_column("reminder", sa.Column("due_minutes", sa.BigInteger))
    op.add_column(
        "reminder", sa.Column("lead_minutes", sa.BigInteger, server_default="600", nullable=False)
    )
    _occurrences()
    _notices()
    _preferences()
    _requests()
    connection = op.get_bind()
    connection.execute(FROM_PLANS, {"safety": list(SAFETY)})
    connection.execute(FROM_REMINDERS)
    connection.execute(TOLD)
    for statement in STANDS:
        op.execute(statement)
    op.drop_table("reminder_occurrence")
    op.drop_index("ix_maintenance_plan_to_remind", "maintenance_plan")
    op.drop_index("ix_reminder_to_remind", "reminder")
    for name in OLD:
        op.drop_column("reminder", name)
    op.drop_column("maintenance_plan", "reminded")


def _occurrences() -> None:
    op.create_table(
        "occurrence",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("owner_id", sa.Uuid, nullable=False),
        sa.Column("vehicle_id", sa.Uuid, nullable=False),
        sa.Column("what_id", sa.Uuid, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("source", "kind", "key")),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("revision", "round")),
        *(sa.Column(name, sa.Text) for name in ("title", "service_type", "note")),
        sa.Column("document_id", sa.Uuid),
        sa.Column("due_on", sa.Date),
        *(sa.Column(name, sa.BigInteger) for name in ("due_metres", "due_minutes")),
        sa.Column("lead_days", sa.Integer, nullable=False),
        sa.Column("lead_metres", sa.BigInteger, nullable=False),
        sa.Column("lead_minutes", sa.BigInteger, server_default="600", nullable=False),
        *(
            sa.Column(name, sa.Date)
            for name in ("forecast_on", "earliest", "latest", "remind_on", "passed_on")
        ),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("snoozed_until", sa.Date),
        sa.Column("snoozed_metres", sa.BigInteger),
        sa.Column("overdue_since", sa.Date),
        sa.Column("looked", sa.Text, nullable=False),
        sa.Column("look_on", sa.Date),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("entry_digest", sa.Text, nullable=False),
        *(
            sa.Column(name, sa.DateTime(timezone=True), nullable=False)
            for name in ("created_at", "modified_at")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_occurrence"),
        sa.UniqueConstraint("what_id", "key", name="uq_occurrence_what_id_key"),
        _of_vehicle("occurrence"),
    )
    active, looked = sa.text("status = 'ACTIVE'"), sa.text("look_on IS NOT NULL")
    op.create_index(
        "ix_occurrence_active", "occurrence", ["what_id"], unique=True, postgresql_where=active
    )
    op.create_index("ix_occurrence_look_on", "occurrence", ["look_on"], postgresql_where=looked)
    for whose in ("owner_id", "vehicle_id"):
        op.create_index(f"ix_occurrence_{whose}_forecast_on", "occurrence", [whose, "forecast_on"])


def _of_vehicle(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["vehicle_id"], ["vehicle.id"], name=f"fk_{table}_vehicle_id_vehicle", ondelete="CASCADE"
    )


def _notices() -> None:
    op.create_table(
        "reminder_notice",
        sa.Column("account_id", sa.Uuid, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("occurrence", "state", "channel")),
        sa.Column("vehicle_id", sa.Uuid, nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(
            "account_id", "occurrence", "state", "channel", name="pk_reminder_notice"
        ),
        _of_vehicle("reminder_notice"),
    )
    op.create_index(
        "ix_reminder_notice_vehicle_id_occurrence", "reminder_notice", ["vehicle_id", "occurrence"]
    )


def _preferences() -> None:
    op.create_table(
        "reminder_preference",
        sa.Column("vehicle_id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        *(
            sa.Column(name, sa.dialects.postgresql.JSONB, nullable=False)
            for name in ("kinds", "channels")
        ),
        *(
            sa.Column(name, sa.Boolean, nullable=False)
            for name in ("escalations", "readings", "calendar")
        ),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("vehicle_id", "account_id", name="pk_reminder_preference"),
        _of_vehicle("reminder_preference"),
    )
    op.create_index("ix_reminder_preference_account_id", "reminder_preference", ["account_id"])


def _requests() -> None:
    op.create_table(
        "reading_request",
        sa.Column("vehicle_id", sa.Uuid, nullable=False),
        sa.Column("owner_id", sa.Uuid, nullable=False),
        sa.Column("ask_on", sa.Date),
        sa.Column("asked_on", sa.Date),
        sa.Column("is_open", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("vehicle_id", name="pk_reading_request"),
        _of_vehicle("reading_request"),
    )
    op.create_index("ix_reading_request_owner_id", "reading_request", ["owner_id"])
    op.create_index("ix_reading_request_ask_on", "reading_request", ["ask_on"])


def downgrade() -> None:
    op.add_column("reminder", sa.Column("status", sa.Text, server_default="ACTIVE", nullable=False))
    op.add_column("reminder", sa.Column("snoozed_until", sa.Date))
    for table in ("reminder", "maintenance_plan"):
        op.add_column(table, sa.Column("reminded", sa.Text, server_default="", nullable=False))
    op.create_table(
        "reminder_occurrence",
        sa.Column("owner_id", sa.Uuid, nullable=False),
        sa.Column("occurrence", sa.Text, nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reminder_occurrence"),
        sa.UniqueConstraint("occurrence", name="uq_reminder_occurrence_occurrence"),
    )
    op.create_index("ix_reminder_occurrence_owner_id", "reminder_occurrence", ["owner_id"])
    connection = op.get_bind()
    connection.execute(TOLD_BEFORE)
    connection.execute(AS_BEFORE)
    for table in ("reminder", "maintenance_plan"):
        connection.execute(sa.text(REMINDED.format(table=table)))
        op.alter_column(table, "reminded", server_default=None)
    op.alter_column("reminder", "status", server_default=None)
    active, living = sa.text("active"), sa.text("status = 'ACTIVE'")
    op.create_index(
        "ix_maintenance_plan_to_remind", "maintenance_plan", ["remind_on"], postgresql_where=active
    )
    op.create_index("ix_reminder_to_remind", "reminder", ["remind_on"], postgresql_where=living)
    for table in ("reading_request", "reminder_preference", "reminder_notice", "occurrence"):
        op.drop_table(table)
    op.execute("DROP FUNCTION note_occurrence()")
    for name in ("source", "kind", "document_id", "due_minutes", "lead_minutes"):
        op.drop_column("reminder", name)
