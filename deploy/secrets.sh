#!/bin/sh
# Makes every secret of docker-compose.yml, once. What exists already is kept, so it can be run again.
#
#   sudo sh deploy/secrets.sh mqtt.city.example 192.0.2.10
#
# The arguments are the names and addresses by which devices reach the broker; its certificate carries them.
# Root is needed to give each file to the one container user that reads it.
set -eu
umask 077

deploy=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
CITYOPS_SECRETS=${CITYOPS_SECRETS:-$deploy/secrets}
export CITYOPS_SECRETS
secrets=$CITYOPS_SECRETS
broker=$secrets/broker
open=$secrets/open_broker # of open data: it has nothing of the other one

# fresh FILE [BEFORE [AFTER]]: write a random password, with what stands before and after it.
fresh() {
    [ ! -s "$secrets/$1" ] || return 0
    password=$(openssl rand -hex 24)
    printf '%s%s%s\n' "${2-}" "$password" "${3-}" >"$secrets/$1"
    echo "made $1"
}

# account NAME FILE: give the broker the account of one of our programs, whose password stands in a file made by fresh.
account() {
    ! grep -q "^$1:" "$broker/services" || return 0
    if grep "^$1:" "$broker/passwords" >>"$broker/services"; then # where all accounts stood before
        sed -i "/^$1:/d" "$broker/passwords"
        return 0
    fi
    sed -n 's/.*\([0-9a-f]\{48\}\).*/\1/p' "$secrets/$2" | sh "$deploy/account.sh" "$1" - services
}

# open_account NAME FILE: the same at the broker of open data.
open_account() {
    ! grep -q "^$1:" "$open/services" || return 0
    sed -n 's/.*\([0-9a-f]\{48\}\).*/\1/p' "$secrets/$2" | sh "$deploy/account.sh" "$1" - open
}

# sealing_pair NAME: NAME_key and NAME_public_key, as `cityops … make-key` makes them: the last 32 bytes of an X25519 key.
# That of `reporter` seals who reported something, that of `share` the secrets with which pushed data are signed.
sealing_pair() {
    [ ! -s "$secrets/$1_key" ] || return 0
    openssl genpkey -algorithm X25519 -out "$secrets/$1_key.pem"
    openssl pkey -in "$secrets/$1_key.pem" -outform DER | tail -c 32 | base64 >"$secrets/$1_key"
    openssl pkey -in "$secrets/$1_key.pem" -pubout -outform DER | tail -c 32 | base64 >"$secrets/$1_public_key"
    rm "$secrets/$1_key.pem"
    echo "made $1_key, $1_public_key"
}

# The key of evidence packs, as `cityops audit make-pack-key` makes it.
pack_pair() {
    [ ! -s "$secrets/pack_key.pem" ] || return 0
    openssl genpkey -algorithm ed25519 >"$secrets/pack_key.pem"
    openssl pkey -in "$secrets/pack_key.pem" -pubout >"$secrets/pack_public_key.pem"
    echo "made pack_key.pem, pack_public_key.pem"
}

authority() {
    [ ! -s "$secrets/ca/ca.crt" ] || return 0
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 \
        -config "$deploy/openssl.cnf" -extensions authority \
        -keyout "$secrets/ca/ca.key" -out "$secrets/ca/ca.crt" 2>/dev/null
    echo "made ca/ca.key, ca/ca.crt"
}

# certificate FOLDER: a key and a certificate for the broker whose secrets lie there.
certificate() {
    [ ! -s "$1/server.crt" ] || return 0
    [ -s "$1/server.key" ] ||
        openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1/server.key"
    openssl req -new -key "$1/server.key" -config "$deploy/openssl.cnf" -subj "/CN=CityOps broker" \
        -out "$1/server.csr"
    openssl x509 -req -in "$1/server.csr" -CA "$secrets/ca/ca.crt" -CAkey "$secrets/ca/ca.key" \
        -set_serial "0x$(openssl rand -hex 16)" -days 825 -extfile "$deploy/openssl.cnf" -extensions server \
        -out "$1/server.crt" 2>/dev/null
    rm "$1/server.csr"
    echo "made ${1##*/}/server.crt for $NAMES"
}

# signed FOLDER: whether a broker has its certificate, or it can be made.
signed() {
    [ -s "$1/server.crt" ] || [ -s "$secrets/ca/ca.key" ]
}

# alternative_names NAME...: the names in the form of a certificate.
alternative_names() {
    for name in broker localhost 127.0.0.1 "$@"; do
        case $name in
        *:*) printf 'IP:%s,' "$name" ;;
        *[!0-9.]*) printf 'DNS:%s,' "$name" ;;
        *) printf 'IP:%s,' "$name" ;;
        esac
    done
}

NAMES=$(alternative_names "$@")
NAMES=${NAMES%,}
export NAMES # read by openssl.cnf

mkdir -p "$secrets/ca" "$broker" "$open" "$secrets/blocked"
touch "$broker/passwords" "$broker/services" "$open/services" # of devices; of our own programs

fresh database_admin_password
fresh database_password
[ -s "$secrets/database_url" ] ||
    printf 'postgresql://cityops:%s@database:5432/cityops\n' "$(cat "$secrets/database_password")" \
        >"$secrets/database_url"
fresh database_service_password
[ -s "$secrets/service_database_url" ] ||
    printf 'postgresql://cityops_service:%s@database:5432/cityops\n' "$(cat "$secrets/database_service_password")" \
        >"$secrets/service_database_url"
fresh database_portal_password
[ -s "$secrets/portal_database_url" ] ||
    printf 'postgresql://cityops_portal:%s@database:5432/cityops\n' "$(cat "$secrets/database_portal_password")" \
        >"$secrets/portal_database_url"
fresh secret_key
sealing_pair reporter
sealing_pair share
pack_pair
fresh ingest_mqtt_url mqtt://ingest: @broker:1883
fresh watch_mqtt_url mqtt://watch: @broker:1883
fresh open_mqtt_url mqtt://portal: @open-broker:1884
fresh simulator_mqtt_url mqtt://simulator: @broker:1883
fresh broker/mosquitto_sub '-u health
-P '
account ingest ingest_mqtt_url
account watch watch_mqtt_url
account simulator simulator_mqtt_url
account health broker/mosquitto_sub
open_account portal open_mqtt_url
authority
signed "$broker" || {
    echo "The new certificate must be signed. Bring ca/ca.key back for a moment and run this again." >&2
    exit 1
}
certificate "$broker"
cp "$secrets/ca/ca.crt" "$broker/ca.crt"
cp "$secrets/ca/ca.crt" "$open/ca.crt"
if signed "$open"; then
    certificate "$open"
    chmod 644 "$open/server.crt"
else
    echo "The broker of open data has no certificate. Before it is started, bring ca/ca.key back for a moment and run" >&2
    echo "this again, or put server.crt and server.key of a public authority into $open." >&2
fi
chmod 644 "$secrets/ca/ca.crt" "$broker/server.crt" # certificates are no secret: every device is shown them
chmod 644 "$secrets/pack_public_key.pem"            # nor is the key that checks evidence packs

if [ "$(id -u)" = 0 ]; then
    chown 10001:10001 "$secrets"/*database_url "$secrets/secret_key" "$secrets"/reporter_*key "$secrets"/share_*key "$secrets/pack_key.pem" "$secrets"/*_mqtt_url # USER in Dockerfile
    chown 70:70 "$secrets"/database_*password                                              # database
    chown -R 1883:1883 "$broker"                                                          # broker
    chown -R 1883:1883 "$open"                                                            # open-broker
    chown 10001:10001 "$secrets/blocked" # `watch` writes it, the broker reads it
    chmod 755 "$secrets/blocked"
else
    echo "Not root: the containers cannot read these files. Run it again with sudo; it keeps them." >&2
fi

cat <<END

The secrets are in $secrets. Keep a copy of them where you keep the backups.
Next:
  1. Move ca/ca.key to a safe place away from this server; it is needed again only to renew the certificate.
  2. Give ca/ca.crt to every device, and each device an account: sudo sh deploy/account.sh SENSOR_ID
  3. docker compose up --detach --build
  4. docker compose run --rm dashboard user add NAME --role supervisor
END
