#!/bin/sh
# Pins every image that others make to the digest that its registry gives for its version today:
#
#   sh deploy/pin-images.sh
#
# It needs Docker and the internet, once; read the difference, and keep it. A tag can be moved by whoever owns it, a
# digest cannot. Our own image is built here and has none.
set -eu
deploy=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
files="$deploy/../docker-compose.yml $deploy/../Dockerfile $deploy/account.sh"

# images: every image in these files that is not ours and has no digest yet.
images() {
    # shellcheck disable=SC2086
    sed -n -E 's/^(FROM| *image:|image=) *([a-z0-9./-]+:[A-Za-z0-9._-]+)( .*)?$/\2/p' $files | grep -v '^cityops:' | sort -u
}

for image in $(images); do
    digest=$(docker buildx imagetools inspect "$image" --format '{{.Manifest.Digest}}')
    case $digest in
    sha256:????????????????????????????????????????????????????????????????) ;;
    *)
        echo "The registry gives no digest for $image. Look whether this version is still there." >&2
        exit 1
        ;;
    esac
    # shellcheck disable=SC2086
    sed -i -E "s#^(FROM| *image:|image=)( *)$image( .*)?\$#\1\2$image@$digest\3#" $files
    echo "$image@$digest"
done
