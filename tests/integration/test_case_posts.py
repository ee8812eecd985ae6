"""Who holds which post: given and taken on record, to accounts of the business, and what it lets them see."""

from dataclasses import replace

import pytest
from typer.testing import CliRunner

from cases.demo import POSTS
from cases.errors import PostUnusable
from cases.life.posts import GIVEN, CaseActor, Post
from cases.store import posts
from cases.watch import tend_cases
from cityops.accounts.administration import AccountUnknown, AdministratorsApart, NotYourPart, OwnAccount
from cityops.accounts.roles import Role
from cityops.accounts.users import add_user
from cityops.command_line import app
from cityops.scope import Scope
from cityops.storage import Database
from tests.case_samples import NOW
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
    assert say("take", "luo", "head", "--department", "roads") == "luo is head of roads no more.\n"
    assert say("list") == ""


def test_posts_are_given_and_taken_on_record(accounts: Database) -> None:
    with accounts.transaction() as tx:
        posts.give_post(tx, people.HEAD, actor="an", now=NOW)
        posts.give_post(tx, CaseActor("luo", Post.COLLECTOR), actor="an", now=NOW)
        assert posts.posts_of(tx, "luo") == [CaseActor("luo", Post.COLLECTOR), people.HEAD]
        posts.take_post(tx, people.HEAD, actor="an", now=NOW)
        assert posts.posts_of(tx, "luo") == [CaseActor("luo", Post.COLLECTOR)]
        assert tx.value("SELECT count(*) FROM audit_log WHERE action LIKE 'case.post.%' AND object = 'luo'") == 3
