"""What changed since: every row of a car's things knows the transaction that wrote it last, and what is gone leaves a tombstone for
each person who saw it. Words are compared without case and accents.

A new table of a car's things is watched with `SELECT watch_changes('table', 'kind')` in its own migration.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

WATCHED = {
    "maintenance_record": "maintenance",
    "maintenance_plan": "plan",
    "reminder": "reminder",
    "odometer_reading": "odometer",
    "vehicle_phase": "lifecycle",
    "expense": "expense",
    "value_point": "value_point",
    "budget": "budget",
}
FOLDED = r"""
CREATE FUNCTION folded(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT lower(regexp_replace(normalize(
        translate(replace(replace(replace(replace(replace($1,
            'œ', 'oe'), 'Œ', 'oe'), 'æ', 'ae'), 'Æ', 'ae'), 'ß', 'ss'), 'øØłŁ', 'ooll'),
        NFKD), '[\u0300-\u036f]', '', 'g'))
$$"""
FUNCTIONS = (
    """CREATE FUNCTION this_change() RETURNS bigint LANGUAGE sql AS $$
        SELECT pg_current_xact_id()::text::bigint
    $$""",
    """CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.changed_in := this_change();
        RETURN NEW;
    END $$""",
    # of a thing of a car, to everybody who sees the car; of cars in the trash nobody sees anything
    """CREATE FUNCTION note_loss() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO tombstone (user_id, kind, row_id, vehicle_id, changed_in, gone_at)
        SELECT told.person, TG_ARGV[0], OLD.id, OLD.vehicle_id, this_change(), now()
        FROM (
            SELECT owner_id AS person FROM vehicle WHERE id = OLD.vehicle_id
            UNION
            SELECT account_id FROM membership WHERE vehicle_id = OLD.vehicle_id
            AND (role <> 'driver' OR account_id::text = to_jsonb(OLD) ->> 'made_by')
        ) AS told
        ON CONFLICT (user_id, kind, row_id)
        DO UPDATE SET changed_in = excluded.changed_in, gone_at = excluded.gone_at,
                      vehicle_id = excluded.vehicle_id;
        RETURN NULL;
    END $$""",
    # of a car, to one person
    """CREATE FUNCTION tell_loss(person uuid, car uuid) RETURNS void LANGUAGE sql AS $$
        INSERT INTO tombstone (user_id, kind, row_id, vehicle_id, changed_in, gone_at)
        VALUES (person, 'vehicle', car, car, this_change(), now())
        ON CONFLICT (user_id, kind, row_id)
        DO UPDATE SET changed_in = excluded.changed_in, gone_at = excluded.gone_at
    $$""",
    """CREATE FUNCTION note_car() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.changed_in := this_change();
        IF TG_OP = 'INSERT' OR OLD.owner_id <> NEW.owner_id
            OR (OLD.trashed_at IS NOT NULL AND NEW.trashed_at IS NULL)
        THEN
            NEW.shown_in := NEW.changed_in;
        END IF;
        RETURN NEW;
    END $$""",
    """CREATE FUNCTION note_car_loss() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            PERFORM tell_loss(OLD.owner_id, OLD.id);
        ELSIF NEW.trashed_at IS NOT NULL THEN
            PERFORM tell_loss(OLD.owner_id, OLD.id);
            PERFORM tell_loss(account_id, OLD.id) FROM membership WHERE vehicle_id = OLD.id;
        ELSE
            PERFORM tell_loss(OLD.owner_id, OLD.id);
        END IF;
        RETURN NULL;
    END $$""",
    """CREATE FUNCTION note_member_loss() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM tell_loss(OLD.account_id, OLD.vehicle_id);
        RETURN NULL;
    END $$""",
    """CREATE FUNCTION watch_changes(watched text, kind text) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
        EXECUTE format('ALTER TABLE %I ADD COLUMN changed_in bigint NOT NULL DEFAULT 0', watched);
        EXECUTE format('CREATE INDEX %I ON %I (vehicle_id, changed_in)',
                       'ix_' || watched || '_vehicle_id_changed_in', watched);
        EXECUTE format('CREATE TRIGGER note_insert BEFORE INSERT ON %I
                        FOR EACH ROW EXECUTE FUNCTION note_change()', watched);
        EXECUTE format('CREATE TRIGGER note_update BEFORE UPDATE ON %I FOR EACH ROW
                        WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION note_change()', watched);
        EXECUTE format('CREATE TRIGGER note_delete AFTER DELETE ON %I
                        FOR EACH ROW EXECUTE FUNCTION note_loss(%L)', watched, kind);
        EXECUTE format('CREATE TRIGGER note_move AFTER UPDATE OF vehicle_id ON %I FOR EACH ROW
                        WHEN (OLD.vehicle_id <> NEW.vehicle_id) EXECUTE FUNCTION note_loss(%L)',
                       watched, kind);
    END $$""",
    """CREATE FUNCTION unwatch_changes(watched text) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE name text;
    BEGIN
        FOREACH name IN ARRAY ARRAY['note_insert', 'note_update', 'note_delete', 'note_move'] LOOP
            EXECUTE format('DROP TRIGGER %I ON %I', name, watched);
        END LOOP;
        EXECUTE format('ALTER TABLE %I DROP COLUMN changed_in', watched);
    END $$""",
)
OF_CARS = (
    """CREATE TRIGGER note_insert BEFORE INSERT ON vehicle
       FOR EACH ROW EXECUTE FUNCTION note_car()""",
    """CREATE TRIGGER note_update BEFORE UPDATE ON vehicle FOR EACH ROW
       WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION note_car()""",
    """CREATE TRIGGER note_delete AFTER DELETE ON vehicle
       FOR EACH ROW EXECUTE FUNCTION note_car_loss()""",
    """CREATE TRIGGER note_trashed AFTER UPDATE OF trashed_at ON vehicle FOR EACH ROW
       WHEN (OLD.trashed_at IS NULL AND NEW.trashed_at IS NOT NULL)
       EXECUTE FUNCTION note_car_loss()""",
    """CREATE TRIGGER note_handed_over AFTER UPDATE OF owner_id ON vehicle FOR EACH ROW
       WHEN (OLD.owner_id <> NEW.owner_id AND NEW.trashed_at IS NULL)
       EXECUTE FUNCTION note_car_loss()""",
    """CREATE TRIGGER note_insert BEFORE INSERT ON membership
       FOR EACH ROW EXECUTE FUNCTION note_change()""",
    """CREATE TRIGGER note_update BEFORE UPDATE ON membership FOR EACH ROW
       WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION note_change()""",
    """CREATE TRIGGER note_delete AFTER DELETE ON membership
       FOR EACH ROW EXECUTE FUNCTION note_member_loss()""",
)
CHANGED = {"vehicle": ("changed_in", "shown_in"), "membership": ("changed_in",)}


def upgrade() -> None:
    op.execute(FOLDED)
    op.create_table(
        "tombstone",
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("row_id", sa.Uuid, nullable=False),
        sa.Column("vehicle_id", sa.Uuid, nullable=False),
        sa.Column("changed_in", sa.BigInteger, nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "kind", "row_id", name="pk_tombstone"),
    )
    op.create_index("ix_tombstone_user_id_changed_in", "tombstone", ["user_id", "changed_in"])
    op.create_index("ix_tombstone_gone_at", "tombstone", ["gone_at"])
    for statement in FUNCTIONS:
        op.execute(statement)
    for table, columns in CHANGED.items():
        for column in columns:
            op.add_column(
                table, sa.Column(column, sa.BigInteger, server_default="0", nullable=False)
            )
    for statement in OF_CARS:
        op.execute(statement)
    for table, kind in WATCHED.items():
        op.execute(f"SELECT watch_changes('{table}', '{kind}')")


def downgrade() -> None:
    for table in WATCHED:
        op.execute(f"SELECT unwatch_changes('{table}')")
    for statement in OF_CARS:
        trigger, table = statement.split()[2], statement.split(" ON ")[1].split()[0]
        op.execute(f"DROP TRIGGER {trigger} ON {table}")
    for table, columns in CHANGED.items():
        for column in columns:
            op.drop_column(table, column)
    for function in (
        "unwatch_changes(text)",
        "watch_changes(text, text)",
        "note_member_loss()",
        "note_car_loss()",
        "note_car()",
        "tell_loss(uuid, uuid)",
        "note_loss()",
        "note_change()",
        "this_change()",
        "folded(text)",
    ):
        op.execute(f"DROP FUNCTION {function}")
    op.drop_table("tombstone")
