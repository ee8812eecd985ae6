"""An evidence pack: untouched ones are proved, and 10,000 tamperings of every sort are found and named."""

import io
import random
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from cityops.command_line import app
from cityops.keys.key_files import KeysKept
from sharing.errors import PackKeyUnusable
from sharing.evidence import keys
from sharing.evidence.chain import Head, Section
from sharing.evidence.checking import check_pack
from sharing.evidence.container import NotInForm, _written, read_members, write_members
from sharing.evidence.manifest import CHAIN, MANIFEST, SIGNATURE, Manifest, make_pack, note_of, write_json
from tests.pack_samples import ABOUT, KEY, OTHER_KEY, SECTION, links, members, pack

TAMPERINGS = 10_000
PUBLIC = KEY.public_key()
Files = list[tuple[str, bytes]]


def files_of(content: bytes) -> Files:
    return [(member.name, member.content) for member in read_members(content)]


def words(content: bytes) -> list[str]:
    return [f"{fault.where}: {fault.what}" for fault in check_pack(content, PUBLIC).faults]


def flip_a_byte(whole: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(whole))
    return whole[:at] + bytes([whole[at] ^ dice.randrange(1, 256)]) + whole[at + 1 :]


def flip_some_bytes(whole: bytes, dice: random.Random) -> bytes:
    changed = bytearray(whole)
    for at in dice.sample(range(len(whole)), dice.randint(2, 20)):
        changed[at] ^= dice.randrange(1, 256)
    return bytes(changed)


def cut_the_end(whole: bytes, dice: random.Random) -> bytes:
    return whole[: dice.randrange(len(whole))]


def cut_the_beginning(whole: bytes, dice: random.Random) -> bytes:
    return whole[dice.randrange(1, len(whole)) :]


def add_bytes(whole: bytes, dice: random.Random) -> bytes:
    at = dice.choice([0, len(whole), dice.randrange(len(whole))])
    return whole[:at] + dice.randbytes(dice.randint(1, 40)) + whole[at:]


def remove_a_file(whole: bytes, dice: random.Random) -> bytes:
    files = files_of(whole)
    files.pop(dice.randrange(len(files)))
    return write_members(files)


def add_a_file(whole: bytes, dice: random.Random) -> bytes:
    files = files_of(whole)
    files.insert(dice.randint(0, len(files)), (f"alerts/{dice.randrange(8, 10**6)}.json", dice.randbytes(10)))
    return write_members(files)


def exchange_contents(whole: bytes, dice: random.Random) -> bytes:
    files = files_of(whole)
    one, other = dice.sample(range(len(files)), 2)
    (name, content), (other_name, other_content) = files[one], files[other]
    files[one], files[other] = (name, other_content), (other_name, content)
    return write_members(files)


def put_in_another_order(whole: bytes, dice: random.Random) -> bytes:
    files = files_of(whole)
    one, other = dice.sample(range(len(files)), 2)
    files[one], files[other] = files[other], files[one]
    return write_members(files)


def change_a_file(whole: bytes, dice: random.Random) -> bytes:
    """Change a file, in a ZIP file that is as it should be."""
    files = files_of(whole)
    at = dice.randrange(len(files))
    name, content = files[at]
    spot = dice.randrange(len(content))
    edits = (content[:spot] + content[spot + 1 :], content[:spot] + b"0" + content[spot:], content + b"\n", b"")
    files[at] = name, dice.choice(edits)
    return write_members(files)


def change_a_file_and_its_digest(whole: bytes, dice: random.Random) -> bytes:
    """Change a file and what the manifest says of it; the signature stays."""
    files = dict(files_of(whole))
    name = dice.choice([name for name in files if name not in (MANIFEST, SIGNATURE)])
    spot = dice.randrange(len(files[name]))
    files[name] = files[name][:spot] + b"9" + files[name][spot:]
    manifest = msgspec.json.decode(files[MANIFEST], type=Manifest)
    notes = tuple(note_of(note.name, files[note.name]) for note in manifest.members)
    files[MANIFEST] = write_json(msgspec.structs.replace(manifest, members=notes))
    return write_members(files.items())


def sign_with_a_key_of_ones_own(whole: bytes, dice: random.Random) -> bytes:
    """Change a file, and sign the whole with another key, which the manifest names or not."""
    files = dict(files_of(whole))
    name = dice.choice([name for name in files if name not in (MANIFEST, SIGNATURE)])
    changed = {key: value for key, value in files.items() if key not in (MANIFEST, SIGNATURE)}
    changed[name] += b" "
    forged = dict(files_of(make_pack(changed, ABOUT, OTHER_KEY)))
    if dice.random() < 0.5:
        manifest = msgspec.json.decode(forged[MANIFEST], type=Manifest)
        forged[MANIFEST] = write_json(msgspec.structs.replace(manifest, key_id=keys.key_id(PUBLIC)))
        forged[SIGNATURE] = OTHER_KEY.sign(forged[MANIFEST])
    return write_members(forged.items())


def pack_again_by_another_program(whole: bytes, dice: random.Random) -> bytes:
    """A usual ZIP program: compressed, with times, maybe with a file twice or one that leads out of the folder."""
    files = files_of(whole)
    extra = dice.choice([None, files[dice.randrange(len(files))], ("../../etc/passwd", b"x"), ("/tmp/x", b"x")])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", dice.choice([zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])) as file:
        for name, content in files:
            file.writestr(name, content)
        if extra is not None and extra[0] not in {name for name, _ in files}:
            file.writestr(*extra)
    return out.getvalue()


SORTS: list[Callable[[bytes, random.Random], bytes]] = [
    flip_a_byte, flip_a_byte, flip_a_byte, flip_some_bytes, cut_the_end, cut_the_beginning, add_bytes, remove_a_file,
    add_a_file, exchange_contents, put_in_another_order, change_a_file, change_a_file_and_its_digest,
    sign_with_a_key_of_ones_own, pack_again_by_another_program,
]  # fmt: skip


def test_ten_thousand_tamperings_are_found() -> None:
    dice, whole = random.Random(20_261_129), pack()
    missed = []
    for number in range(TAMPERINGS):
        sort = SORTS[number % len(SORTS)]
        changed = sort(whole, dice)
        assert changed != whole
        if not check_pack(changed, PUBLIC).faults:
            missed.append((number, sort.__name__))
    assert missed == []


def test_an_untouched_pack_is_proved_in_words() -> None:
    verdict = check_pack(pack(), PUBLIC)

    assert verdict.faults == ()
    assert verdict.proved == (
        "云川市 signed it: alert 7, made at 2026-03-01T04:00:00+00:00 for the account duty, which sees the whole city.",
        "All 4 files are as they were signed; none is missing, none was added.",
        "All 3 events are as the audit chain recorded them: each link was computed anew.",
        f"The chain ended at 9:{'ab' * 32} then; the city can be asked to show that it still goes through there.",
    )


@given(st.lists(st.tuples(st.from_regex(r"[a-z]{1,8}(/[a-z]{1,8})?", fullmatch=True), st.binary(max_size=60)),
                max_size=6, unique_by=lambda one: one[0]))  # fmt: skip
def test_no_untouched_pack_is_refused(files: Files) -> None:
    taken = {"alerts/7.json", "cases/3.json"}
    more = {f"more/{name}": content for name, content in files if name not in taken}
    whole = make_pack({**members(), **more}, ABOUT, KEY)

    assert check_pack(whole, PUBLIC).faults == ()
    assert whole == make_pack({**members(), **more}, ABOUT, KEY)  # the same contents, the same bytes
    assert zipfile.ZipFile(io.BytesIO(whole)).testzip() is None  # and every ZIP program opens it


@given(st.binary(max_size=300), st.integers(0, 400))
def test_no_bytes_make_the_check_fail(noise: bytes, at: int) -> None:
    whole = pack()
    for content in (noise, whole[:at] + noise + whole[at:], whole[:at] + noise + whole[at + len(noise) :]):
        assert (check_pack(content, PUBLIC).faults == ()) is (content == whole)


def test_each_fault_is_named_where_it_is() -> None:
    files = dict(files_of(pack()))

    def told(**changes: bytes | None) -> list[str]:
        names = {"readings": "readings/G-1-gas_lel.csv", "chain": CHAIN, "manifest": MANIFEST, "signature": SIGNATURE}
        changed = files | {names[name]: content for name, content in changes.items() if content is not None}
        removed = [names[name] for name, content in changes.items() if content is None]
        return words(write_members((name, value) for name, value in changed.items() if name not in removed))

    assert told(readings=b"time\n") == [
        "readings/G-1-gas_lel.csv: It was changed: its SHA-256 is not the one in the manifest."
    ]
    assert told(readings=None)[0] == "readings/G-1-gas_lel.csv: The manifest names it, and it is missing."
    assert told(signature=bytes(64)) == [
        "manifest.json: The signature is not that of the city over this manifest: one of the two was changed."
    ]
    assert told(signature=None) == ["manifest.sig: It is missing; without it nothing can be checked."]
    assert "manifest.json: It is not in the form of a manifest." in told(manifest=b"[]")
    other = words(pack(key=OTHER_KEY))
    assert other == [
        "manifest.json: It says that it was signed with another key than the one given: it is another city's, or "
        "somebody's own."
    ]


def signed(section: Section, **changed: bytes) -> list[str]:
    """Return what is wrong with a pack that the city itself signed, as somebody could who changed its database."""
    names = {"alert": "alerts/7.json", "case": "cases/3.json"}
    files = members(section) | {names[name]: content for name, content in changed.items()}
    return words(make_pack({name: content for name, content in files.items() if content}, ABOUT, KEY))


def test_a_row_that_was_changed_in_the_database_shows_in_the_pack() -> None:
    first, *rest = SECTION.links
    changed = msgspec.structs.replace(first, fields=(*first.fields[:-1], "nothing happened"))
    inserted = msgspec.structs.replace(first, seq=None, previous=None, hash=None, row_id=99)
    gap = links([(1, *_row(SECTION.links[0])), (5, *_row(SECTION.links[2]))])
    early = msgspec.structs.replace(SECTION, head=msgspec.structs.replace(SECTION.head, seq=2))  # type: ignore[type-var]

    def section(*links: object) -> Section:
        return msgspec.structs.replace(SECTION, links=links)

    assert signed(SECTION) == []
    assert signed(section(changed, *rest)) == ["chain.json: changed: number 1, row 4 of alert_event"]
    assert signed(section(first, *rest, inserted)) == ["chain.json: inserted: row 99 of alert_event"]
    assert "chain.json: misplaced: number 5, row 8 of case_event" in signed(section(first, rest[1], rest[0]))
    assert "cases/3.json: Acts of the case are missing between others." in signed(section(*gap))
    assert signed(early) == ["chain.json: It has link 6, and says that the chain ends at 2."]
    at_the_end = msgspec.structs.replace(SECTION, head=Head(6, SECTION.links[-1].hash or ""))
    assert signed(at_the_end) == []
    assert signed(msgspec.structs.replace(SECTION, head=Head(6, "cd" * 32))) == [
        "chain.json: It says that the chain ends at 6, with another hash than that link has."
    ]
    assert signed(SECTION, alert=b'{"events": []}') == ["alerts/7.json: Its events are not those of the audit chain."]
    assert signed(SECTION, case=b"") == [
        "chain.json: It has events of alerts or cases that the pack does not tell, or the other way round."
    ]


def _row(link: object) -> tuple[str, int, tuple[str, ...]]:
    return link.source, link.row_id, link.fields  # type: ignore[attr-defined]


def test_a_checksum_that_was_changed_everywhere_is_found() -> None:
    """The content, its digest and the form are as they were: only what ZIP programs compare is not."""
    first, *rest = read_members(pack())
    whole = _written([first, *rest[:2], replace(rest[2], checksum=rest[2].checksum ^ 1), *rest[3:]])

    assert words(whole) == [f"{rest[2].name}: Its checksum was changed."]


@pytest.mark.parametrize("name", ["../x", "/x", "a//b", "a\\b", "a/../b", ".hidden", "", "C:x", "a b", "a" * 300])
def test_a_name_that_leads_out_of_the_folder_is_written_and_read_by_nobody(name: str) -> None:
    with pytest.raises(ValueError, match="names of a pack are plain"):
        write_members([(name, b"x")])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr(name or "plain", b"x")
    with pytest.raises(NotInForm):
        read_members(out.getvalue())


def test_a_zip_bomb_is_not_unfolded() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("manifest.json", bytes(50_000_000))

    assert words(out.getvalue()) == [
        "the file: manifest.json is compressed; in a pack nothing is. It was changed, cut, or packed again by another "
        "program: ask for the file itself."
    ]


def test_the_verbs_make_a_key_and_check_a_pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CITYOPS_DATABASE_URL", "CITYOPS_DATA_DIR"):
        monkeypatch.delenv(name, raising=False)
    run = CliRunner()
    made = run.invoke(app, ["audit", "make-pack-key", str(tmp_path)])
    assert made.exit_code == 0, made.output
    key = keys.read_pack_key(tmp_path / keys.KEY)
    assert (tmp_path / keys.KEY).stat().st_mode & 0o777 == 0o600
    (tmp_path / "alert-7.zip").write_bytes(make_pack(members(), ABOUT, key))
    (tmp_path / "forged.zip").write_bytes(pack())
    public = str(tmp_path / keys.PUBLIC_KEY)

    good = run.invoke(app, ["audit", "verify-pack", str(tmp_path / "alert-7.zip"), "--key", public])
    bad = run.invoke(app, ["audit", "verify-pack", str(tmp_path / "forged.zip"), "--key", public])

    assert good.exit_code == 0
    assert "云川市 signed it: alert 7" in good.output
    assert "Left out: photographs that nobody passed" in good.output
    assert bad.exit_code == 1
    assert "manifest.json: It says that it was signed with another key" in bad.output
    with pytest.raises(KeysKept, match="has a key already"):
        keys.write_pack_key(tmp_path)


def test_openssl_checks_the_signature_too(tmp_path: Path) -> None:
    """Nobody needs our program: the manifest, the signature and the public key are of usual forms."""
    if subprocess.run(["openssl", "version"], capture_output=True, check=False).returncode:
        pytest.skip("no OpenSSL on this machine")
    files = dict(files_of(pack()))
    for name, content in {"m": files[MANIFEST], "s": files[SIGNATURE], "k": keys.public_pem(PUBLIC)}.items():
        (tmp_path / name).write_bytes(content)
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "k", "-rawin", "-in", "m", "-sigfile", "s"]

    answer = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert answer.returncode == 0, answer.stderr


@pytest.mark.parametrize(
    "content", [b"", b"not a key", b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"]
)
def test_what_is_no_key_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "key.pem"
    path.write_bytes(content)

    for read in (keys.read_pack_key, keys.read_public_key):
        with pytest.raises(PackKeyUnusable, match="make-pack-key"):
            read(path)
    with pytest.raises(PackKeyUnusable, match="cannot be read"):
        keys.read_public_key(tmp_path / "nowhere.pem")
