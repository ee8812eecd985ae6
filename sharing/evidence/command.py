"""The verbs of `cityops audit` about evidence packs, time stamps and countersignatures."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Collection

    from cityops.audit.anchors import Anchor

app = typer.Typer()
WitnessKey = Annotated[
    Path | None, typer.Option(help="The public key (PEM) of the city that countersigned, got from somewhere else.")
]
Authority = Annotated[
    Path | None, typer.Option(help="The certificate (PEM) of who gives the stamp, got from somewhere else than it.")
]


@app.command("make-pack-key")
def make_pack_key(
    folder: Annotated[Path, typer.Argument(help="Where pack_key.pem and pack_public_key.pem are written.")],
) -> None:
    """Make the key with which the city signs evidence packs. The public one is for everybody who is to check them.

    Put the path of pack_key.pem into CITYOPS_PACK_KEY, and publish pack_public_key.pem with its id.

    cityops audit make-pack-key /etc/cityops
    """
    from sharing.evidence.keys import key_id, read_public_key, write_pack_key  # noqa: PLC0415  (loads what it needs)

    paths = write_pack_key(folder)
    for path in paths:
        typer.echo(f"made {path}")
    typer.echo(f"key id {key_id(read_public_key(paths[1]))}")


@app.command("verify-pack")
def verify_pack(
    file: Annotated[Path, typer.Argument(help="The pack: a ZIP file as it came from the city.")],
    key: Annotated[Path, typer.Option(help="The city's public key (PEM), got from somewhere else than the pack.")],
    stamp: Annotated[Path | None, typer.Option(help="A time stamp of where the chain ended: tells since when.")] = None,
    authority: Authority = None,
    countersignature: Annotated[
        Path | None, typer.Option(help="What another city signed of where the chain went: tells since when.")
    ] = None,
    witness_key: WitnessKey = None,
) -> None:
    """Check an evidence pack, on a machine that knows nothing but the city's public key. Status 1 when it is wrong.

    It needs no settings, no database and no network. The signature, every file, and every link of the audit chain are
    checked; what is wrong is named, one line each.

    cityops audit verify-pack alert-7.zip --key pack_public_key.pem
    """
    from sharing.errors import PackRefused, PackUnreadable  # noqa: PLC0415
    from sharing.evidence.checking import check_pack  # noqa: PLC0415
    from sharing.evidence.container import LARGEST  # noqa: PLC0415
    from sharing.evidence.keys import read_public_key  # noqa: PLC0415

    public_key = read_public_key(key)
    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST + 1)
    except OSError as error:
        raise PackUnreadable(f"{file} cannot be read ({error.strerror}). Correct the path.") from error
    verdict = check_pack(content, public_key)
    for fault in verdict.faults:
        typer.echo(f"{fault.where}: {fault.what}")
    if verdict.faults:
        raise PackRefused(f"{file} is not proved: {len(verdict.faults)} faults. {PackRefused.__doc__}")
    for line in verdict.proved:
        typer.echo(line)
    for line in verdict.manifest.about.left_out if verdict.manifest else ():
        typer.echo(f"Left out: {line}")
    if stamp is not None:
        head = verdict.section.head if verdict.section else None
        if head is None:
            raise PackRefused("The pack says of no end of the chain, so no stamp can be of it.")
        _show_stamp(f"{head.seq}:{head.hash}", stamp, authority)
    if countersignature is not None:
        _show_countersignature(countersignature, witness_key, verdict.section.anchors if verdict.section else ())


@app.command("request-stamp")
def request_stamp(
    anchor: Annotated[str, typer.Argument(help="How far the chain goes, NUMBER:HEX, as `audit anchor` prints it.")],
    to: Annotated[Path, typer.Option(help="Where the request is written.")],
) -> None:
    """Write a request for a time stamp (RFC 3161) of an anchor; what is sent is its SHA-256 alone.

    cityops audit request-stamp 4711:5f3a… --to anchor.tsq
    curl --data-binary @anchor.tsq -H "Content-Type: application/timestamp-query" https://tsa.example > anchor.tsr
    """
    from secrets import randbits  # noqa: PLC0415

    from cityops.audit.anchors import read_anchor  # noqa: PLC0415
    from sharing.errors import StampUnreadable  # noqa: PLC0415
    from sharing.evidence.stamps import NONCE_BITS, write_request  # noqa: PLC0415

    request = write_request(read_anchor(anchor), nonce=randbits(NONCE_BITS))
    try:
        to.write_bytes(request)
    except OSError as error:
        raise StampUnreadable(f"{to} cannot be written ({error.strerror}). Correct the path.") from error
    typer.echo(f"made {to}")


@app.command("verify-stamp")
def verify_stamp(
    anchor: Annotated[str, typer.Argument(help="How far the chain went, NUMBER:HEX.")],
    stamp: Annotated[Path, typer.Argument(help="What the time stamp server answered.")],
    authority: Authority = None,
) -> None:
    """Check that somebody saw an anchor, and when. Needs no settings, no database and no network.

    cityops audit verify-stamp 4711:5f3a… anchor.tsr --authority tsa_ca.pem
    """
    _show_stamp(anchor, stamp, authority)


@app.command("countersign")
def countersign(
    anchor: Annotated[str, typer.Argument(help="How far the chain goes, NUMBER:HEX, as `audit anchor` prints it.")],
    address: Annotated[str, typer.Argument(help="Where the dashboard of the other city is, such as https://…")],
    token_file: Annotated[Path, typer.Option(help="A file with the token that the other city gave us.")],
    witness_key: Annotated[Path, typer.Option(help="The other city's public key (PEM), got from somewhere else.")],
    to: Annotated[Path, typer.Option(help="A folder for what it signed: a file NUMBER.json for each.")],
) -> None:
    """Have another city sign how far our audit chain goes, and keep what it signed; `watch` can do it once a day.

    It learns a number and a hash. `cityops audit verify-pack --countersignature` checks it anywhere.

    cityops audit countersign 4711:5f3a… https://ops.other.example --token-file token --witness-key its.pem --to seen
    """
    from cityops.audit.anchors import read_anchor  # noqa: PLC0415
    from sharing.evidence.asking import fetch_countersignature  # noqa: PLC0415
    from sharing.evidence.keys import read_public_key  # noqa: PLC0415

    key, ours = read_public_key(witness_key), read_anchor(anchor)
    path, told = fetch_countersignature(address, ours, token_file=token_file, key=key, folder=to)
    typer.echo(f"{path}: the witness {told.witness[:16]}… saw the chain at {ours} at {told.seen_at}.")


def _show_countersignature(file: Path, witness_key: Path | None, anchors: "Collection[Anchor]") -> None:
    """Tell what a countersignature proves of a pack: of the end of its chain, or of one of its links."""
    from sharing.errors import CountersignatureRefused, StampUnreadable  # noqa: PLC0415
    from sharing.evidence.countersignatures import LARGEST, read_countersignature  # noqa: PLC0415
    from sharing.evidence.keys import read_public_key  # noqa: PLC0415

    if witness_key is None:
        raise StampUnreadable("Whose countersignature it must be is not said. Name the key with --witness-key.")
    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST + 1)
    except OSError as error:
        raise StampUnreadable(f"{error}. {StampUnreadable.__doc__}") from error
    seen, told = read_countersignature(content, read_public_key(witness_key))
    if seen not in anchors:
        raise CountersignatureRefused(f"It is of {seen}, which the pack has not. {CountersignatureRefused.__doc__}")
    typer.echo(f"The witness {told.witness[:16]}… saw the chain at {seen} at {told.seen_at}: all before is older.")


def _show_stamp(anchor: str, stamp: Path, authority: Path | None) -> None:
    from cryptography.x509 import load_pem_x509_certificate  # noqa: PLC0415

    from cityops.audit.anchors import read_anchor  # noqa: PLC0415
    from sharing.errors import StampUnreadable  # noqa: PLC0415
    from sharing.evidence.stamps import read_stamp  # noqa: PLC0415

    if authority is None:
        raise StampUnreadable("Whose stamp it must be is not said. Name the certificate with --authority.")
    try:
        answer, trusted = stamp.read_bytes(), load_pem_x509_certificate(authority.read_bytes())
    except (OSError, ValueError) as error:
        raise StampUnreadable(f"{error}. {StampUnreadable.__doc__}") from error
    found = read_stamp(answer, read_anchor(anchor), trusted)
    typer.echo(f"{found.by} saw the chain at {anchor} on {found.at:%Y-%m-%d at %H:%M:%S} UTC: all before is older.")
