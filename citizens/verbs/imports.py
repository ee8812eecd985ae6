"""The verb `cityops citizens import`: reports of other channels."""

from pathlib import Path
from typing import Annotated

import typer

from cityops.verbs.options import DryRun, Encoding, actor, open_database

app = typer.Typer()


@app.command("import")
def import_file(
    files: Annotated[list[Path], typer.Argument(help="CSV files with a header line, or messages (.eml).")],
    sender: Annotated[str, typer.Option("--from", help="What the channel is called, such as 12345.")],
    kind: Annotated[str, typer.Option(help="What messages are: help, complain, suggest, …")] = "help",
    crs: Annotated[str, typer.Option(help="What its places are written in: wgs84, gcj02 or bd09.")] = "wgs84",
    encoding: Encoding = None,
    dry_run: DryRun = False,  # noqa: FBT002
) -> None:
    """Take in reports of another channel: all of the files or none, each once however often it is read in.

    Columns of a CSV file: reference, received_at, kind and said; where there are any category, address, longitude,
    latitude, name, phone, email, wants_call and confidential. `cityops watch` has cases take them up.

    cityops citizens import calls.csv --from 12345 --dry-run

    cityops citizens import mailbox/*.eml --from mailbox
    """
    from rich.console import Console  # noqa: PLC0415  (each verb loads only what it needs)

    from cases.life.details import CaseType  # noqa: PLC0415
    from citizens.channels.report_files import read_reports  # noqa: PLC0415
    from citizens.channels.report_mails import read_mail  # noqa: PLC0415
    from citizens.store.report_import import import_reports, plan_import  # noqa: PLC0415
    from cityops.clock import utc_now  # noqa: PLC0415
    from cityops.geography.coordinates import Crs  # noqa: PLC0415
    from cityops.imports import console  # noqa: PLC0415
    from cityops.imports.findings import Findings, ImportRefused  # noqa: PLC0415
    from cityops.settings import read_settings  # noqa: PLC0415

    if crs not in set(Crs):
        raise ImportRefused(f"{crs!r} is no system of places. Use one of: {', '.join(Crs)}.")
    if kind not in set(CaseType):
        raise ImportRefused(f"{kind!r} is no kind of report. Use one of: {', '.join(CaseType)}.")
    settings, now = read_settings(), utc_now()
    findings, reports = Findings(files[0].name), []
    for file in files:
        if file.suffix.lower() == ".eml":
            reports.append(read_mail(file, findings, sender=sender, now=now, kind=CaseType(kind)))
            continue
        read, found_in_it = read_reports(
            file, sender=sender, zone=settings.zone, now=now, crs=Crs(crs), encoding=encoding
        )
        reports += read
        findings.all += found_in_it.all
    public_key = settings.reporter_public_key
    with open_database("citizens").transaction() as tx:
        if dry_run:
            found = plan_import(tx, reports, public_key=public_key)
        else:
            found = import_reports(tx, reports, public_key=public_key, actor=actor(), now=now)
    named = found.named(lambda report: report.reference or "")
    console.show(Console(), named, findings, what="reports", dry_run=dry_run)
