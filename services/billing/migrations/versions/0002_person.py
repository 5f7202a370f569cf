"""Who is erased is the kernel's to know; and no stored event names a person, so that none leads from a pseudonym back to one."""

from alembic import op

from shared.db.migrations import drop_kernel_tables_v2, kernel_tables_v2

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SUBSCRIPTION = "body #> '{data,object,parent,subscription_details,subscription}'"


def upgrade() -> None:
    kernel_tables_v2(op)
    op.execute("INSERT INTO person (person_id, erased_at) SELECT user_id, erased_at FROM erased")
    op.execute("DROP TABLE erased")
    for name in ("customer", "subscription"):  # expanded ones are whole objects, with an address
        op.execute(
            f"UPDATE stripe_event SET body = jsonb_set(body, '{{data,object,{name}}}',"  # noqa: S608 - fixed names
            f" body #> '{{data,object,{name},id}}')"
            f" WHERE jsonb_typeof(body #> '{{data,object,{name}}}') = 'object'"
        )
    op.execute(
        "UPDATE stripe_event SET body = jsonb_set(body, '{data,object,parent}',"  # noqa: S608 - fixed names
        f" CASE WHEN {SUBSCRIPTION} IS NULL THEN 'null'::jsonb ELSE"
        " jsonb_build_object('subscription_details',"
        f" jsonb_build_object('subscription', {SUBSCRIPTION})) END)"
        " WHERE body #> '{data,object,parent}' IS NOT NULL"
    )
    op.execute(
        "UPDATE stripe_event SET body = '{}' WHERE body #>> '{data,object,customer}' IN"
        " (SELECT provider_id FROM customer WHERE erased_at IS NOT NULL)"
        " AND state IN ('done', 'ignored')"
    )


def downgrade() -> None:
    op.execute(
        "CREATE TABLE erased (user_id uuid CONSTRAINT pk_erased PRIMARY KEY,"
        " erased_at timestamptz NOT NULL)"
    )
    op.execute(
        "INSERT INTO erased SELECT person_id, erased_at FROM person WHERE erased_at IS NOT NULL"
    )
    drop_kernel_tables_v2(op)
