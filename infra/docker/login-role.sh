#!/bin/sh
# Runs once, when the database's volume is empty: the application's role is no superuser, so that row-level security
# binds it, and code that names no tenant finds no table. It may make the tenants' roles and schemas.
set -eu
psql --username "$POSTGRES_USER" --dbname postgres --set ON_ERROR_STOP=1 --set password="$APP_DATABASE_PASSWORD" <<'SQL'
CREATE ROLE comptoir LOGIN NOSUPERUSER CREATEROLE CREATEDB NOINHERIT PASSWORD :'password';
ALTER ROLE comptoir SET search_path = zz_unscoped;
CREATE DATABASE comptoir OWNER comptoir;
SQL
