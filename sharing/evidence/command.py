"""The verbs `cityops audit verify-pack` and `make-pack-key`."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()


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
