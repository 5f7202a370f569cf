#!/bin/sh
# Six databases and six roles; a role may connect to its own database only.
# The postgres image runs it once, on an empty volume; the local house runs it at each start: it changes only what differs.
# Wants AUTH_DB_PASSWORD, VEHICLES_DB_PASSWORD, … in its environment and psql's PG… variables or POSTGRES_USER.
set -eu

sql() { psql -X -q -v ON_ERROR_STOP=1 -U "${POSTGRES_USER:-postgres}" "$@"; }

for service in auth vehicles billing documents ai notifications; do
  variable=$(printf '%s' "$service" | tr '[:lower:]' '[:upper:]')_DB_PASSWORD
  eval "password=\${$variable:-}"
  [ -n "$password" ] || { echo "$variable is not set" >&2; exit 1; }
  export password
  sql -d postgres -v service="$service" <<'SQL'
\getenv password password
SELECT format('CREATE ROLE %I LOGIN', :'service')
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'service') \gexec
ALTER ROLE :"service" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD :'password';
SELECT format('CREATE DATABASE %I OWNER %I TEMPLATE template0 ENCODING ''UTF8'' LOCALE ''C.UTF-8''', :'service', :'service')
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'service') \gexec
REVOKE ALL ON DATABASE :"service" FROM PUBLIC;
SQL
  sql -d "$service" -v service="$service" <<'SQL'
ALTER SCHEMA public OWNER TO :"service";
REVOKE ALL ON SCHEMA public FROM PUBLIC;
SQL
done

sql -d postgres <<'SQL'
REVOKE ALL ON DATABASE postgres FROM PUBLIC;
REVOKE ALL ON DATABASE template1 FROM PUBLIC;
SQL
