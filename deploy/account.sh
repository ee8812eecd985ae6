#!/bin/sh
# Gives one device (or gateway) an account on the broker. Its username is its sensor id.
#
#   sudo sh deploy/account.sh SENSOR_ID     makes a password and prints it
#   sudo sh deploy/account.sh SENSOR_ID -   reads the password from standard input
#
# Passwords never stand on a command line, where every user of the server could read them.
set -eu
umask 077

image=eclipse-mosquitto:2.0.22 # as in docker-compose.yml
deploy=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
broker=${CITYOPS_SECRETS:-$deploy/secrets}/broker
name=${1-}

fail() {
    echo "$1" >&2
    exit 1
}

# hash_passwords FILE: replace the clear passwords in a file of $broker by their hashes.
hash_passwords() {
    if command -v mosquitto_passwd >/dev/null; then
        mosquitto_passwd -U "$broker/$1"
    else
        docker run --rm --network none --user "$(id -u):$(id -g)" --volume "$broker:/target" "$image" \
            mosquitto_passwd -U "/target/$1"
    fi
}

case $name in
'' | *[!A-Za-z0-9._-]*) fail "A sensor id has letters, digits, dots, underscores and dashes: account.sh SENSOR_ID." ;;
esac
[ ${#name} -le 64 ] || fail "A sensor id has at most 64 characters. Shorten $name."
[ -f "$broker/passwords" ] || fail "There is no $broker/passwords. Run deploy/secrets.sh first."
! cut -d : -f 1 "$broker/passwords" | grep -qxF -e "$name" ||
    fail "$name has an account. To give it a new password, delete its line in $broker/passwords and run this again."

if [ "${2-}" = - ]; then
    IFS= read -r password
else
    password=$(openssl rand -hex 16)
fi
[ -n "$password" ] || fail "The password is empty. Give one on standard input."

trap 'rm -f "$broker/new"' EXIT
printf '%s:%s\n' "$name" "$password" >"$broker/new"
hash_passwords new
cat "$broker/new" >>"$broker/passwords"

if [ "${2-}" != - ]; then
    echo "username $name"
    echo "password $password"
    echo "Tell the broker: docker compose kill --signal HUP broker" >&2
fi
