"""What departments ask of each other: decided by another, on record, and read as far as it was granted, no further."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from cases.life.posts import CaseActor, Post
from cases.store.posts import give_post
from cityops.accounts.roles import Role
from cityops.accounts.tokens import token_hash
from cityops.accounts.users import add_user
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.storage import Database, StorageError, Transaction
from cityops.storage.audit import verify_chain
from sharing.datasets.grades import ShareType
from sharing.departments.deciders import check_decider, check_stand_in, headless_requests
from sharing.departments.demo import ASKER as DEMO_ASKER
from sharing.departments.demo import HEAD as DEMO_HEAD
from sharing.departments.demo import share_in_demo
from sharing.departments.reading import SharedPage, read_shared, tell_shared
from sharing.departments.share_request import RULE, ShareState
from sharing.departments.store import (
    ask,
    decide,
    find_request,
    issue_token,
    list_requests,
    revoke,
    withdraw,
)
from sharing.departments.usage import month_of, months_with_reads, read_month, reads_of, usage_of
from sharing.errors import (
    DataSetUnknown,
    ShareChanged,
    ShareForbidden,
    ShareHasHead,
    ShareKeyUnusable,
    ShareTokenUnknown,
    ShareUnknown,
    ShareUnusable,
)
from tests.alert_samples import detector, make_rule, open_alert
from tests.case_samples import PLACE, report_case, start_city
from tests.share_samples import (
    AIR,
    ALERTS,
    ASKER,
    CASES,
    HEAD,
    NOISE,
    PURPOSE,
    build_sharing,
    grant,
    share,
    shared_role,
    wish,
)
from tests.unit.cases.calendars import SHANGHAI

NOW = utc_now()
FEW = {AIR: ("time", "value")}


@pytest.fixture
def city(database: Database, catalogue: Catalogue) -> Database:
    with database.transaction() as tx:
        build_sharing(tx, catalogue)
    return database


def look(
    database: Database, token: str, name: str = AIR, *, after: str = "", limit: int = 100, hours: float = 2
) -> SharedPage:
    start = utc_now() - timedelta(hours=hours)
    with database.transaction() as tx:
        return read_shared(tx, token, name, after=after, start=start, limit=limit, origin="10.1.2.3")


def test_a_request_waits_for_the_provider_and_then_gives_what_was_asked(city: Database) -> None:
    with city.transaction() as tx:
        asked = ask(tx, wish(fields=FEW), actor=ASKER, now=NOW, origin="10.0.0.1")
        assert (asked.state, asked.provider, asked.wish.department) == (ShareState.ASKED, "ecology", "traffic-police")
    with pytest.raises(ShareChanged), city.transaction() as tx:
        issue_token(tx, asked.number, actor=ASKER, now=NOW)
    with city.transaction() as tx:
        decided = decide(tx, asked.number, granted=True, reason="For the event", actor=HEAD, now=NOW)
        token = issue_token(tx, asked.number, actor=ASKER, now=NOW)
    assert (decided.state, decided.decided_by, decided.reason) == (ShareState.GRANTED, HEAD, "For the event")
    assert token.startswith("cityops_share_")
    page = look(city, token)
    assert list(page.fields) == ["time", "value"]
    assert sorted(row[1] for row in page.rows) == sorted([0.0, 1, 2, 3, 4, 5] * 2)
    with city.transaction() as tx:
        assert verify_chain(tx)[0] == []
    with city.transaction() as tx:
        told = tell_shared(tx, token)
    with city.transaction() as tx:
        acts = tx.rows(
            "SELECT actor, action, object, detail FROM audit_log WHERE action LIKE 'share.%' ORDER BY audit_id"
        )
        assert tx.rows("SELECT FROM share_request WHERE token_hash = %(text)s::bytea", text=token) == []
    assert [(row["data_set"], row["fields"], row["purpose"]) for row in told] == [(AIR, ["time", "value"], PURPOSE)]
    assert [(row["actor"], row["action"]) for row in acts] == [
        (ASKER, "share.ask"),
        (HEAD, "share.grant"),
        (ASKER, "share.token"),
    ]
    assert acts[0]["detail"]["fields"] == {AIR: ["time", "value"]}
    assert acts[1]["detail"]["reason"] == "For the event"
    assert token not in str(acts)


def test_nobody_decides_about_what_they_asked_for(city: Database) -> None:
    with city.transaction() as tx:
        asked = ask(tx, wish(fields=FEW), actor=ASKER, now=NOW)
    with pytest.raises(ShareForbidden), city.transaction() as tx:
        decide(tx, asked.number, granted=True, reason="I need it", actor=ASKER, now=NOW)
    with pytest.raises(StorageError), city.transaction() as tx:  # not even somebody who goes round the rule
        tx.execute(
            "UPDATE share_request SET state = 'granted', decided_by = asked_by, decided_at = now()"
            " WHERE share_request_id = %(number)s",
            number=asked.number,
        )
    with city.transaction() as tx:
        assert find_request(tx, asked.number).state is ShareState.ASKED


@pytest.mark.parametrize(
    ("post", "department", "may"),
    [(Post.HEAD, "ecology", True), (Post.HEAD, "traffic-police", False), (Post.WORKER, "ecology", False)],
)
def test_the_head_of_the_provider_decides(city: Database, post: Post, department: str, may: bool) -> None:
    with city.transaction() as tx:
        asked = ask(tx, wish(fields=FEW), actor=ASKER, now=NOW)
    posts = (CaseActor(HEAD, post, department),)
    if may:
        check_decider(asked, posts)
    else:
        with pytest.raises(ShareForbidden):
            check_decider(asked, posts)


def test_who_stands_in_decides_only_where_nobody_leads_the_provider(city: Database) -> None:
    with city.transaction() as tx:
        asked = ask(tx, wish(fields=FEW), actor=ASKER, now=NOW)
        assert headless_requests(tx) == {asked.number}
        check_stand_in(tx, asked)
        for name in (ASKER, HEAD):
            add_user(tx, name, role=Role.OFFICER, password="Correct-horse-1", actor="test", now=NOW)
        give_post(tx, CaseActor(ASKER, Post.HEAD, "ecology"), actor="test", now=NOW)  # who asked leads nobody here
        assert headless_requests(tx) == {asked.number}
        give_post(tx, CaseActor(HEAD, Post.WORKER, "ecology"), actor="test", now=NOW)
        assert headless_requests(tx) == {asked.number}
        give_post(tx, CaseActor(HEAD, Post.HEAD, "ecology"), actor="test", now=NOW)
        assert headless_requests(tx) == set()
        with pytest.raises(ShareHasHead):
            check_stand_in(tx, asked)
        tx.execute("UPDATE app_user SET disabled = true WHERE user_name = %(name)s", name=HEAD)
        check_stand_in(tx, asked)
        decided = decide(tx, asked.number, granted=True, reason="For the event", actor="bo", now=NOW, stands_in=True)
        [log] = tx.rows("SELECT actor, detail FROM audit_log WHERE action = 'share.grant'")
    assert (decided.state, decided.decided_by, decided.stood_in) == (ShareState.GRANTED, "bo", True)
    assert (log["actor"], log["detail"]["in_place_of"]) == ("bo", "ecology")


def test_what_is_refused_withdrawn_or_revoked_opens_nothing(city: Database) -> None:
    with city.transaction() as tx:
        refused, taken = (ask(tx, wish(fields=FEW), actor=ASKER, now=NOW) for _ in range(2))
        assert decide(tx, refused.number, granted=False, reason="No", actor=HEAD, now=NOW).state is ShareState.REFUSED
        withdraw(tx, taken.number, actor=ASKER, now=NOW)
        held, token = grant(tx, AIR)
    assert look(city, token).rows
    with city.transaction() as tx:
        revoke(tx, held.number, "The event is over", actor=HEAD, now=NOW)
        assert [one.state.value for one in list_requests(tx, department="traffic-police")] == [
            "revoked",
            "withdrawn",
            "refused",
        ]
        assert list_requests(tx, department="ecology") == []
    with pytest.raises(ShareTokenUnknown):
        look(city, token)
    for number in (refused.number, taken.number, held.number):
        with pytest.raises(ShareChanged), city.transaction() as tx:
            decide(tx, number, granted=True, reason="Yes", actor=HEAD, now=NOW)
        with pytest.raises(ShareChanged), city.transaction() as tx:
            issue_token(tx, number, actor=ASKER, now=NOW)
    with pytest.raises(ShareUnknown), city.transaction() as tx:
        find_request(tx, 999)


def test_a_new_token_ends_the_one_before_and_time_ends_both(city: Database) -> None:
    with city.transaction() as tx:
        held, first = grant(tx, AIR)
        second = issue_token(tx, held.number, actor=ASKER, now=NOW)
    with pytest.raises(ShareTokenUnknown):
        look(city, first)
    assert look(city, second).rows
    with city.transaction() as tx:
        tx.execute("UPDATE share_request SET asked_at = now() - interval '2 day', expires_at = now() - interval '1 s'")
    with pytest.raises(ShareTokenUnknown):
        look(city, second)


def test_what_is_graded_otherwise_is_gone_with_the_next_read(city: Database) -> None:
    with city.transaction() as tx:
        _, token = grant(tx, AIR)
    for kind, provider in ((ShareType.NONE, "ecology"), (ShareType.CONDITIONAL, "water-affairs")):
        with city.transaction() as tx:
            share(tx, AIR, kind, provider)
        with pytest.raises(DataSetUnknown):
            look(city, token)
        with pytest.raises(ShareTokenUnknown), city.transaction() as tx:
            tell_shared(tx, token)
    with city.transaction() as tx:
        share(tx, AIR)
    assert look(city, token).rows


def test_a_set_without_a_condition_is_granted_by_the_rule_until_it_gets_one(city: Database) -> None:
    with city.transaction() as tx:
        tx.execute("UPDATE data_set SET personal = false WHERE name = %(name)s", name=AIR)
        share(tx, AIR, ShareType.UNCONDITIONAL)
        asked = ask(tx, wish(fields=FEW), actor=ASKER, now=NOW)
        token = issue_token(tx, asked.number, actor=ASKER, now=NOW)
    assert (asked.state, asked.decided_by) == (ShareState.GRANTED, RULE)
    assert look(city, token).rows
    with city.transaction() as tx:
        share(tx, AIR)
    with pytest.raises(DataSetUnknown):
        look(city, token)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (wish(fields={}), "sets"),
        (wish(fields={NOISE: ("value",)}), "sets"),  # nobody decided to share it
        (wish(fields={AIR: ()}), "fields"),
        (wish(fields={AIR: ("value", "password_hash")}), "fields"),
        (wish(fields={AIR: ("value",), CASES: ("number",)}), "sets"),  # of two providers
        (wish(fields=FEW, area="3'; --"), "area"),
        (wish(fields=FEW, area="980000"), "area"),
        (wish(fields=FEW, days=-1), "expires_at"),
        (wish(fields=FEW, days=400), "expires_at"),
    ],
)
def test_what_cannot_be_shared_is_refused_by_its_field(city: Database, wrong: object, field: str) -> None:
    with city.transaction() as tx:
        share(tx, CASES, provider="supervision")
    with pytest.raises(ShareUnusable) as refused, city.transaction() as tx:
        ask(tx, wrong, actor=ASKER, now=NOW)  # type: ignore[arg-type]
    assert refused.value.field == field


def test_an_area_is_its_subtree(city: Database) -> None:
    with city.transaction() as tx:
        _, east = grant(tx, AIR, "areas", area="990101")
        _, city_wide = grant(tx, AIR, "areas")
    sensor = list(look(city, east).fields).index("sensor_id")
    assert {row[sensor] for row in look(city, east).rows} == {"air-1"}
    assert {row[sensor] for row in look(city, city_wide).rows} == {"air-1", "air-2"}
    assert [row[0] for row in look(city, east, "areas").rows] == ["990101", "990101001"]
    assert len(look(city, city_wide, "areas").rows) == 4


@pytest.mark.parametrize("limit", [1, 5, 12])
def test_pages_by_key_give_each_row_once(city: Database, limit: int) -> None:
    with city.transaction() as tx:
        _, token = grant(tx, AIR)
    rows, key = [], ""
    for _ in range(30):
        page = look(city, token, after=key, limit=limit)
        assert len(page.rows) <= limit
        rows += [tuple(row) for row in page.rows]
        key = page.next
    assert len(rows) == len(set(rows)) == 12
    assert rows == sorted(rows, key=lambda row: row[0])
    assert look(city, token, after=key).rows == []  # and who reads on from there gets what is new, and nothing twice


@pytest.mark.parametrize("key", ["1", "a-b", "1-2-3", "1-2-3-", "1-2--1-0", "1-2; SELECT", "٣-٣", "9" * 30 + "-1"])
def test_a_key_that_is_none_is_refused(city: Database, key: str) -> None:
    with city.transaction() as tx:
        _, token = grant(tx, AIR)
    with pytest.raises(ShareKeyUnusable):
        look(city, token, after=key)


def test_persons_are_masked_unless_they_were_granted(city: Database) -> None:
    start_city(city)
    with city.transaction() as tx:
        report_case(tx)
        report_case(tx)
        _, plain = grant(tx, CASES, fields={CASES: ("number", "lon")})
        _, full = grant(tx, fields={CASES: ("number", "lon", "lat", "address", "description", "reported_by")})
    page = look(city, plain, CASES)
    assert list(page.fields) == ["number", "lon", "lat", "address", "description", "reported_by"]
    assert list(page.masked) == ["lat", "address", "description", "reported_by"]
    assert [row[1:] for row in page.rows] == [[PLACE.longitude, 31.9, None, None, None]] * 2
    page = look(city, full, CASES)
    assert not page.masked
    assert [row[3:5] for row in page.rows] == [[PLACE.address, PLACE.description]] * 2


def test_of_what_was_said_in_confidence_nobody_is_told(city: Database) -> None:
    start_city(city)
    with city.transaction() as tx:
        case = report_case(tx)
        in_confidence(tx, case)
        _, full = grant(tx, fields={CASES: ("lon", "lat", "address", "description", "reported_by")})
    assert look(city, full, CASES).rows == [[118.8, 31.9, None, None, None]]


def in_confidence(tx: Transaction, case_id: int) -> None:
    """Say that a case began with a report in confidence."""
    from dataclasses import replace

    from citizens.store.inbox import send_report
    from tests.citizen_samples import PUBLIC_KEY, REPORT

    send_report(tx, replace(REPORT, confidential=True), public_key=PUBLIC_KEY)
    tx.execute("UPDATE citizen_report SET case_id = %(case)s, taken_up_at = now()", case=case_id)


def test_who_reads_on_gets_what_changed_of_cases_and_alerts(city: Database) -> None:
    start_city(city)
    with city.transaction() as tx:
        _, token = grant(tx, ALERTS, CASES)
        open_alert(tx, make_rule(2), detector(tx, "G-1", area="990101"), at=NOW)
        first = report_case(tx)
    page, cases = look(city, token, ALERTS), look(city, token, CASES)
    assert [row[list(page.fields).index("sensor_id")] for row in page.rows] == ["G-1"]
    assert list(page.masked) == ["acknowledged_by"]
    assert len(cases.rows) == 1
    assert look(city, token, ALERTS, after=page.next).rows == []
    with city.transaction() as tx:
        second = report_case(tx)
    assert first != second
    assert len(look(city, token, CASES, after=cases.next).rows) == 1


def test_each_read_is_counted_and_the_count_cannot_be_changed(city: Database) -> None:
    with city.transaction() as tx:
        _, token = grant(tx, fields=FEW)
    for _ in range(3):
        look(city, token)
    with pytest.raises(DataSetUnknown):
        look(city, token, CASES)
    month = month_of(utc_now().astimezone(SHANGHAI).date())
    with city.transaction() as tx:
        assert months_with_reads(tx, SHANGHAI, utc_now())[0] == month
        [used] = usage_of(tx, month, SHANGHAI)
        reads = reads_of(tx, month, SHANGHAI, department="traffic-police", data_set=AIR, before=None)
        older = reads_of(tx, month, SHANGHAI, department="traffic-police", data_set=AIR, before=reads[0]["number"])
    facts = ("department", "provider", "data_set", "reads", "rows", "pushes")
    assert tuple(used[name] for name in facts) == ("traffic-police", "ecology", AIR, 3, 36, 0)
    assert [(one["rows"], one["fields"], one["purpose"], one["origin"], one["way"]) for one in reads] == [
        (12, ["time", "value"], PURPOSE, "10.1.2.3", "pull")
    ] * 3
    assert older == reads[1:]
    with pytest.raises(StorageError, match="append-only"), city.transaction() as tx:
        tx.execute("DELETE FROM share_read")


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "20x6-01", "2026", "", "0000-01", "٢٠٢٦-01"])
def test_a_month_that_is_none(text: str) -> None:
    assert read_month(text) is None


@pytest.fixture
def role(city: Database, database_url: str, catalogue: Catalogue) -> Iterator[Database]:
    with shared_role(city, database_url, catalogue) as found:
        yield found


def test_the_role_itself_gets_no_more(city: Database, role: Database) -> None:
    """Whoever has broken into what reads for departments has the doors, and no key but the one they were brought."""
    with city.transaction() as tx:
        _, token = grant(tx, fields=FEW, area="990101")
        relations = [
            row["name"]
            for row in tx.rows(
                "SELECT format('%I.%I', nspname, relname) AS name FROM pg_class JOIN pg_namespace AS space"
                " ON space.oid = relnamespace WHERE relkind IN ('r', 'p', 'v', 'm')"
                " AND nspname IN ('public', 'shared', 'share_source', 'portal', 'scoped')"
            )
        ]
    assert len(relations) > 150
    for relation in relations:
        with pytest.raises(StorageError, match="permission denied"), role.transaction() as tx:
            tx.execute(f"SELECT FROM {relation} LIMIT 1")
    with role.transaction() as tx:
        callable_by_it = tx.rows(
            "SELECT format('%I.%I', nspname, proname) AS name FROM pg_proc JOIN pg_namespace AS space"
            " ON space.oid = pronamespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'"
            " AND has_schema_privilege(nspname, 'USAGE') AND has_function_privilege(pg_proc.oid, 'EXECUTE')"
        )
        told = tx.value(
            "SELECT shared.read(%(token)s, %(name)s, '', now() - interval '2 hours', 1000000, 'me')",
            token=token_hash(token),
            name=AIR,
        )
        other = tx.value("SELECT shared.read(%(token)s, 'cases', '', NULL, 10, 'me')", token=token_hash(token))
        guessed = tx.value("SELECT shared.read(sha256('guess'), %(name)s, '', NULL, 10, 'me')", name=AIR)
    assert {row["name"] for row in callable_by_it} == {"shared.read", "shared.tell"}
    assert told["fields"] == ["time", "value"]
    assert [row[1] for row in told["rows"]] == [0, 1, 2, 3, 4, 5]  # of the east only
    assert (other, guessed) == ({"refused": "set"}, {"refused": "token"})


def test_a_read_works_in_the_role_of_departments(city: Database, role: Database) -> None:
    with city.transaction() as tx:
        _, token = grant(tx, fields=FEW)
    with city.transaction() as tx:
        assert read_shared(tx, token, AIR, after="", start=None, limit=1, origin="").rows
        assert tx.value("SELECT current_user") == "cityops_shared"
    with city.transaction() as tx:
        assert tx.value("SELECT current_user") != "cityops_shared"


def test_the_demo_shows_grants_reads_and_a_request_that_waits(city: Database) -> None:
    with city.transaction() as tx:
        share(tx, CASES, provider="supervision")
        tx.execute("UPDATE data_set SET personal = false WHERE name = %(name)s", name=AIR)
        share(tx, AIR, ShareType.UNCONDITIONAL, "water-affairs")
    share_in_demo(city, NOW)  # before its people are there
    with city.transaction() as tx:
        assert list_requests(tx) == []
        for one in (DEMO_ASKER, DEMO_HEAD):
            tx.execute(
                "INSERT INTO case_post VALUES (%(name)s, %(post)s, %(department)s)",
                name=one.name,
                post=one.post.value,
                department=one.department,
            )
    for _ in range(2):
        share_in_demo(city, NOW)
    with city.transaction() as tx:
        assert [one.state.value for one in list_requests(tx)] == ["asked", "granted", "granted"]
        used = usage_of(tx, month_of(utc_now().astimezone(SHANGHAI).date()), SHANGHAI)
        assert {row["data_set"] for row in used} == {AIR, CASES}
    with city.transaction() as tx:
        assert verify_chain(tx)[0] == []
