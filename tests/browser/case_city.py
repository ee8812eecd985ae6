"""A small city with cases in every open state, and who holds which post: li, wang and zhao of the browser tests."""

from datetime import datetime, timedelta

from cases.clock.calendar_files import built_in_calendar
from cases.evaluation.formula_files import load_formulas
from cases.life.details import Asking, CaseType, Details, Dispatching, Evidence, Report
from cases.life.posts import CaseActor, Post
from cases.life.transitions import Act
from cases.photo_files import Photo
from cases.store import acting
from cases.store.case_store import CasePlace, find_case
from cases.store.catalogue.calendars import import_calendar
from cases.store.catalogue.catalogue_import import seed_catalogue
from cases.store.evaluation.scores import make_scores
from cases.store.photos import add_photo
from cases.store.posts import give_post
from cases.store.proposals import filing_of
from cityops.clock import utc_now
from cityops.storage import Database, Transaction
from tests.unit.cases.calendars import SHANGHAI

ACCEPTOR, CHIEF = CaseActor("li", Post.ACCEPTOR), CaseActor("li", Post.CHIEF)
DISPATCHER = CaseActor("wang", Post.DISPATCHER)
WORKER = CaseActor("zhao", Post.WORKER, "drainage")
COLLECTOR = CaseActor("he", Post.COLLECTOR)
PLACES = (
    ("event/01-10", "990101", "光明路 8 号门前", "路边堆了几袋生活垃圾，已有异味。"),
    ("component/01-02", "990102", "人民南路与和平街口", "污水井盖缺失，行人需绕行。"),
    ("event/01-13", "990101", "解放大道 120 号", "路面塌陷约 1 平方米。"),
    ("component/01-37", "990102", "滨河公园北门", "三盏路灯不亮。"),
)
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63709870000002"
    "a401918be2defb0000000049454e44ae426082"
)


def build_cases(database: Database) -> dict[str, int]:
    """Store the posts and a case in each state of the way; return the cases by state."""
    now = utc_now()
    with database.transaction() as tx:
        import_calendar(tx, built_in_calendar(SHANGHAI), actor="test", now=now)
        seed_catalogue(tx, actor="test", now=now)
        for holder in (ACCEPTOR, CHIEF, DISPATCHER, WORKER):
            give_post(tx, holder, actor="test", now=now)
        return {
            name: _walk(tx, name, place, now - timedelta(hours=26 - 4 * place))
            for place, name in enumerate(("reported", "filed", "dispatched", "handling", "asked", "handled"))
        }


def score_cases(database: Database) -> str:
    """Score the month in which the first case is due, and return it."""
    with database.transaction() as tx:
        due = tx.value("SELECT min(due_at) FROM city_case WHERE lead_department = 'drainage'")
        month = f"{due.astimezone(SHANGHAI):%Y-%m}"
        make_scores(tx, month, load_formulas(), actor="test", now=max(utc_now(), due), zone=SHANGHAI)
    return month


def _walk(tx: Transaction, name: str, place: int, at: datetime) -> int:
    category, area, address, words = PLACES[place % len(PLACES)]
    report = Report(source="collector", kind=CaseType.CASE, area=area, category=category)
    spot = CasePlace(words, address, 119.05 + place / 100, 30.05)
    case_id = acting.report(tx, report, spot, actor=COLLECTOR, now=at, zone=SHANGHAI)
    for number, (act, actor, details) in enumerate(_steps(tx, name, case_id, category, area), 1):
        _do(tx, case_id, act, actor, details, at + timedelta(minutes=7 * number))
    return case_id


def _steps(tx: Transaction, name: str, case_id: int, category: str, area: str) -> list[tuple[Act, CaseActor, Details]]:
    photo = add_photo(tx, case_id, Photo("image/png", PIXEL), actor="zhao", now=utc_now()) if name == "handled" else ""
    helpers = ("sanitation",) if name == "dispatched" else ()
    sent = Dispatching(lead="drainage", helpers=helpers, calendar="city", calendar_version=1)
    way: list[tuple[Act, CaseActor, Details]] = [
        (Act.FILE, CHIEF, filing_of(tx, f"{category}.1", area=area)),
        (Act.DISPATCH, DISPATCHER, sent),
        (Act.ACCEPT, WORKER, Details()),
        (Act.HANDLE, WORKER, Evidence(photos=(photo,))),
    ]
    if name == "asked":
        return [*way[:3], (Act.ASK_EXTEND, WORKER, Asking())]
    return way[: ("reported", "filed", "dispatched", "handling", "handled").index(name)]


def _do(tx: Transaction, case_id: int, act: Act, actor: CaseActor, details: Details, now: datetime) -> None:
    version = find_case(tx, case_id).version
    acting.perform(tx, case_id, act, version=version, actor=actor, now=now, reason="按规定办理", details=details)
