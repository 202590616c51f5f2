#!/bin/sh
# A plain role that owns the database: row-level security does not hold for a superuser.
set -eu
password=$(cat /run/secrets/net30_password)
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
    --set password="$password" <<'SQL'
CREATE ROLE net30 LOGIN PASSWORD :'password';
ALTER DATABASE net30 OWNER TO net30;
ALTER SCHEMA public OWNER TO net30;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
SQL
