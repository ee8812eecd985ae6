"""Who holds which post: given and taken on record, to accounts of the business, and what it lets them see."""

from dataclasses import replace

import pytest
from typer.testing import CliRunner

from cases.demo import POSTS
from cases.errors import LastOfPost, PostUnusable
from cases.life.details import Errand
from cases.life.posts import GIVEN, CaseActor, Post
from cases.life.transitions import Act
from cases.store import posts
from cases.store.post_holders import is_last, list_holdings
from cases.watch import tend_cases
from cityops.accounts.administration import AccountUnknown, AdministratorsApart, NotYourPart, OwnAccount
from cityops.accounts.roles import Role
from cityops.accounts.users import add_user
from cityops.command_line import app
from cityops.scope import Scope
from cityops.storage import Database
from tests.case_samples import NOW, do, report_case
from tests.unit.cases import people
from tests.unit.cases.calendars import SHANGHAI

FIRST = Scope(areas=("990101",))


def test_an_account_of_a_department_and_of_the_centre_sees_its_area_and_the_tasks() -> None:
    assert posts.scope_of_posts([people.HEAD, CaseActor("luo", Post.ACCEPTOR)], FIRST) == replace(
        FIRST, department="roads"
    )
    assert posts.scope_of_posts([people.HEAD, people.WORKER], FIRST) == Scope(areas=(), department="roads")
    assert posts.scope_of_posts([], FIRST) == FIRST


@pytest.fixture
def accounts(database: Database) -> Database:
    """An officer, an administrator, and who gives posts."""
    with database.transaction() as tx:
        for name, role in (("luo", Role.OFFICER), ("an", Role.SECURITY_ADMIN), ("shen", Role.AUDIT_ADMIN)):
            add_user(tx, name, role=role, password="Correct-horse-1", actor="test", now=NOW)
    return database


@pytest.mark.parametrize(
    ("holder", "actor", "refusal"),
    [
        (CaseActor("nobody", Post.CHIEF), "test", AccountUnknown),
        (CaseActor("shen", Post.CHIEF), "test", AdministratorsApart),
        (CaseActor("luo", Post.CHIEF), "luo", OwnAccount),
        (CaseActor("luo", Post.CHIEF), "shen", NotYourPart),
        (CaseActor("luo", Post.PROGRAM), "test", PostUnusable),
        (CaseActor("luo", Post.WORKER), "test", PostUnusable),
        (CaseActor("luo", Post.CHIEF, "roads"), "test", PostUnusable),
        (CaseActor("luo", Post.WORKER, "water"), "test", PostUnusable),  # and head of roads
    ],
)
def test_a_post_is_refused(accounts: Database, holder: CaseActor, actor: str, refusal: type[Exception]) -> None:
    with accounts.transaction() as tx:
        posts.give_post(tx, people.HEAD, actor="an", now=NOW)
    with pytest.raises(refusal), accounts.transaction() as tx:
        posts.give_post(tx, holder, actor=actor, now=NOW)


def test_the_accounts_of_the_demo_hold_every_post(accounts: Database) -> None:
    with accounts.transaction() as tx:
        for name in {holder.name for holder in POSTS} - {"evaluator"}:
            add_user(tx, name, role=Role.OFFICER, password="Correct-horse-1", actor="test", now=NOW)
    assert tend_cases(accounts, NOW, zone=SHANGHAI, demo=True)  # "evaluator" is not there

    with accounts.transaction() as tx:
        held = posts.all_posts(tx)
    assert sorted(held, key=str) == sorted((holder for holder in POSTS if holder.name != "evaluator"), key=str)
    assert {holder.post for holder in POSTS} == set(GIVEN)


def test_verbs_give_and_take_posts(accounts: Database, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITYOPS_DATABASE_URL", database_url)

    def say(*words: str) -> str:
        return CliRunner().invoke(app, ["cases", "post", *words]).output

    assert say("give", "luo", "head", "--department", "roads") == "luo is head of roads now.\n"
    assert say("list") == "luo is head of roads\n"
    assert say("take", "luo", "head", "--department", "roads") == (
        "luo is head of roads no more.\nNobody else holds this post for all of their areas; 0 open cases wait for it.\n"
    )
    assert say("list") == ""


def test_posts_are_given_and_taken_on_record(accounts: Database) -> None:
    with accounts.transaction() as tx:
        posts.give_post(tx, people.HEAD, actor="an", now=NOW)
        posts.give_post(tx, CaseActor("luo", Post.COLLECTOR), actor="an", now=NOW)
        assert posts.posts_of(tx, "luo") == [CaseActor("luo", Post.COLLECTOR), people.HEAD]
        posts.take_post(tx, people.HEAD, actor="an", now=NOW)
        assert posts.posts_of(tx, "luo") == [CaseActor("luo", Post.COLLECTOR)]
        assert tx.value("SELECT count(*) FROM audit_log WHERE action LIKE 'case.post.%' AND object = 'luo'") == 3


AN, WU = CaseActor("an", Post.CHIEF), CaseActor("wu", Post.CHIEF)
FAR = Scope(areas=("9902",))


@pytest.mark.parametrize(
    ("actor", "scope", "others", "last"),
    [
        (AN, FIRST, [], True),
        (AN, FIRST, [(AN, FIRST)], True),  # themselves
        (AN, FIRST, [(WU, Scope())], False),
        (AN, FIRST, [(WU, FIRST)], False),
        (AN, FIRST, [(WU, FAR)], True),
        (AN, Scope(), [(WU, FIRST), (WU, FAR)], True),
        (AN, FIRST, [(replace(WU, post=Post.DISPATCHER), Scope())], True),
        (people.HEAD, FIRST, [(replace(people.HEAD, name="wu"), FAR)], False),  # a department works anywhere
        (people.HEAD, FIRST, [(replace(people.HEAD, name="wu", department="parks"), FIRST)], True),
    ],
)
def test_who_is_the_last_of_a_post(
    actor: CaseActor, scope: Scope, others: list[tuple[CaseActor, Scope]], last: bool
) -> None:
    assert is_last(actor, scope, others) is last


def test_cases_that_wait_for_one_person_are_told_though_others_hold_the_post(accounts: Database) -> None:
    with accounts.transaction() as tx:
        add_user(tx, "wu", role=Role.OFFICER, password="Correct-horse-1", actor="test", now=NOW)
        for name in ("luo", "wu"):
            posts.give_post(tx, CaseActor(name, Post.COLLECTOR), actor="an", now=NOW)
        case_id = report_case(tx)
        do(tx, case_id, Act.ASK_VERIFY, people.ACCEPTOR, Errand(collector="luo"))
        waiting = {one.actor.name: (one.is_last, one.waiting) for one in list_holdings(tx)}
        with pytest.raises(LastOfPost):
            posts.take_post(tx, CaseActor("luo", Post.COLLECTOR), actor="an", now=NOW, unless_last=True)
        posts.take_post(tx, CaseActor("wu", Post.COLLECTOR), actor="an", now=NOW, unless_last=True)
        assert [one.actor.name for one in list_holdings(tx)] == ["luo"]

    assert waiting == {"luo": (False, 1), "wu": (False, 0)}
