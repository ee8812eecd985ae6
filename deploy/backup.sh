#!/bin/sh
# Backs up the database of docker-compose.yml into a folder, then deletes the backups that are too old.
#
#   sudo sh deploy/backup.sh /var/backups/cityops [DAYS]
#
# The services go on running. Without DAYS, backups of the last 30 days stay.
set -eu
umask 077

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
folder=${1-}
days=${2-30}

fail() {
    echo "$1" >&2
    exit 1
}

[ -n "$folder" ] || fail "Name the folder for the backups: backup.sh FOLDER [DAYS]."
case $days in
'' | *[!0-9]*) fail "DAYS is a number: backup.sh FOLDER [DAYS]." ;;
esac
mkdir -p "$folder"
file=$folder/cityops-$(date -u +%Y%m%dT%H%M%SZ).dump
[ ! -e "$file" ] || fail "$file exists. Run this again in a second."

trap 'rm -f "$file.part"' EXIT
docker compose --project-directory "$root" run --rm --no-deps -T migrate db backup - --due 26 >"$file.part" ||
    fail "No backup was made, and no old one deleted. Mend what is named above and run this again."
mv "$file.part" "$file"
find "$folder" -maxdepth 1 -name 'cityops-*.dump' -mtime "+$days" -exec rm {} +
echo "$file"
