#!/bin/sh
# Gives one device (or gateway) an account on the broker. Its username is its sensor id, and its client id too.
#
#   sudo sh deploy/account.sh SENSOR_ID              makes a password and prints it
#   sudo sh deploy/account.sh SENSOR_ID -            reads the password from standard input
#   sudo sh deploy/account.sh NAME - services        the same for a program of ours, as secrets.sh does
#   sudo sh deploy/account.sh portal - open          the same at the broker of open data
#
# Passwords never stand on a command line, where every user of the server could read them.
set -eu
umask 077

image=eclipse-mosquitto:2.0.22 # as in docker-compose.yml
deploy=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
secrets=${CITYOPS_SECRETS:-$deploy/secrets}
broker=$secrets/broker
name=${1-}
accounts=${3-passwords} # the file: `passwords` counts where devices enter, `services` where our programs do

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
files="passwords services" # in which a name stands once
case $accounts in
passwords | services) ;;
open) broker=$secrets/open_broker accounts=services files=services ;;
*) fail "There are no accounts of the kind $accounts. Leave the word out for a device." ;;
esac
case $name in
# Client ids of our own programs. A device has its username as its client id: this one would take their sessions.
cityops-*) fail "Names that begin with cityops- are those of our own programs. Choose another for $name." ;;
esac
for file in $files; do
    [ -f "$broker/$file" ] || fail "There is no $broker/$file. Run deploy/secrets.sh first."
    ! cut -d : -f 1 "$broker/$file" | grep -qxF -e "$name" ||
        fail "$name has an account. To give it a new password, delete its line in $broker/$file and run this again."
done

if [ "${2-}" = - ]; then
    IFS= read -r password
else
    password=$(openssl rand -hex 16)
fi
[ -n "$password" ] || fail "The password is empty. Give one on standard input."

trap 'rm -f "$broker/new"' EXIT
printf '%s:%s\n' "$name" "$password" >"$broker/new"
hash_passwords new
cat "$broker/new" >>"$broker/$accounts"

if [ "${2-}" != - ]; then
    echo "username $name"
    echo "password $password"
    echo "Tell the broker: docker compose kill --signal HUP broker" >&2
fi
