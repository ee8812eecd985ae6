#!/bin/sh
# Runs Mosquitto, and has it refuse the devices that somebody blocked. Run it as the broker's user:
#
#   sh broker.sh /mosquitto/config/mosquitto.conf /mosquitto/blocked/names [services-everywhere]
#
# The second argument is the file that `cityops watch` writes (CITYOPS_BLOCKED_FILE). The broker reads a copy of its
# accounts without those that stand in it; whenever either file changes, the broker is told, and ends their connections.
# It is told within a second of a SIGHUP, too. Only one process does that: two at once would take each other's files away.
# `services-everywhere`: the door of our own services opens to every network of a container, not to the machine alone.
set -eu
umask 077

configuration=$1
blocked=$2
work=$(mktemp -d "${TMPDIR:-/tmp}/cityops-broker.XXXXXX")
trap 'touch "$work/asked" || :' HUP
accounts=$(sed -n 's/^password_file \(.*\/passwords\)$/\1/p' "$configuration")
[ -n "$accounts" ] || {
    echo "There is no line password_file …/passwords in $configuration. Take the file that CityOps ships." >&2
    exit 1
}

# admit: write the accounts without those that are blocked.
admit() {
    names=$blocked
    [ -r "$names" ] || names=/dev/null
    awk -F : 'FILENAME == ARGV[1] { gone[$0]; next } !($1 in gone)' "$names" "$accounts" >"$work/new"
    mv "$work/new" "$work/passwords"
}

# state: what changes whenever one of both files does.
state() {
    cat "$blocked" "$accounts" 2>/dev/null | cksum
}

reload() {
    rm -f "$work/asked"
    admit
    kill -HUP "$broker" || :
}

sed "s|^password_file $accounts\$|password_file $work/passwords|" "$configuration" >"$work/mosquitto.conf"
[ "${3-}" != services-everywhere ] || sed -i 's/^listener 1883 127\.0\.0\.1$/listener 1883/' "$work/mosquitto.conf"
known=$(state)
admit
(
    trap '' HUP # until it listens for signals itself
    PATH=$PATH:/usr/sbin exec mosquitto -c "$work/mosquitto.conf"
) &
broker=$!
while sleep 1; do
    now=$(state)
    [ "$now" = "$known" ] && [ ! -e "$work/asked" ] || reload
    known=$now
done &
look=$!
trap 'kill -TERM "$broker" || :' TERM INT
while :; do
    result=0
    wait "$broker" || result=$?
    case $result in 129 | 130 | 143) ;; *) break ;; esac # a signal of ours interrupted the waiting, not the broker
done
kill "$look" 2>/dev/null || :
rm -rf "$work"
exit "$result"
