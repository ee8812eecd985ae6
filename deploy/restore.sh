#!/bin/sh
# Restores a backup into the database of docker-compose.yml, which must be new and empty.
#
#   sudo sh deploy/restore.sh /var/backups/cityops/cityops-20260730T040000Z.dump
#
# TimescaleDB is restored by the superuser of the database, so this reads its password from the secrets. In the
# container it is root, without any of root's powers, because the files that it reads belong to root.
set -eu
umask 077

deploy=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
secret=${CITYOPS_SECRETS:-$deploy/secrets}/database_admin_password
file=${1-}

fail() {
    echo "$1" >&2
    exit 1
}

in_compose() {
    docker compose --project-directory "$deploy/.." "$@"
}

[ -f "$file" ] || fail "Name a backup: restore.sh FILE."
[ -s "$secret" ] || fail "There is no $secret. Run deploy/secrets.sh first."
file=$(CDPATH='' cd -- "$(dirname -- "$file")" && pwd)/$(basename -- "$file")

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
printf 'postgresql://postgres:%s@database:5432/cityops\n' "$(cat "$secret")" >"$work/url"

in_compose up --detach --wait database
in_compose run --rm --no-deps -T --user 0:0 --env CITYOPS_DATABASE_URL_FILE=/restore/url \
    --volume "$work:/restore:ro" --volume "$file:/backup.dump:ro" migrate db restore /backup.dump
in_compose run --rm --no-deps -T migrate
echo "Start the services: docker compose up --detach"
