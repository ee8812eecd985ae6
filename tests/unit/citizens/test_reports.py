"""What of a report is taken, what is refused, and what word it has for its person."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.life.details import CaseType
from cases.life.states import OPEN, CaseState
from citizens.codes import ALPHABET, hash_code, is_number, new_code
from citizens.errors import ReportUnusable
from citizens.persons.contact import Contact, check_contact, masked, phone_key
from citizens.reports import Channel, NewReport, check_report
from citizens.status import ReportState, ReportStatus, state_of, status_of

SAID = {"channel": Channel.WEB, "kind": CaseType.COMPLAIN, "said": "下水道堵了"}


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("said", {"said": "长" * 4001}),
        ("said", {"said": "一行\x00"}),
        ("said", {"said": "\x1b[2J"}),
        ("said", {"said": "  \n "}),
        ("address", {"address": "光明路\n8 号"}),
        ("address", {"address": "光" * 301}),
        ("category", {"category": "event/" + "0" * 40}),
        ("device", {"device": "d" * 129}),
        ("longitude", {"longitude": 118.8}),
        ("longitude", {"longitude": math.nan, "latitude": 31.9}),
        ("longitude", {"longitude": 118.8, "latitude": math.inf}),
        ("longitude", {"longitude": 181.0, "latitude": 31.9}),
        ("longitude", {"longitude": 118.8, "latitude": -90.1}),
        ("phone", {"wants_call": True, "contact": Contact("李雷", email="li@example.cn")}),
    ],
)
def test_what_cannot_be_taken_is_named(field: str, changes: dict[str, object]) -> None:
    with pytest.raises(ReportUnusable) as refused:
        check_report(NewReport(**(SAID | changes)))  # type: ignore[arg-type]

    assert refused.value.field == field


@pytest.mark.parametrize(
    "changes",
    [
        {"said": "长" * 4000},
        {"said": "一行\n又一行"},
        {"said": "", "category": "event/" + "0" * 34},
        {"address": "光" * 300, "device": "d" * 128},
        {"longitude": -180.0, "latitude": 90.0},
        {"longitude": 180.0, "latitude": -90.0},
        {"wants_call": True, "contact": Contact(phone="13800138000")},
    ],
)
def test_what_is_just_within_the_bounds_is_taken(changes: dict[str, object]) -> None:
    check_report(NewReport(**(SAID | changes)))  # type: ignore[arg-type]


def test_markup_is_text_like_any_other() -> None:
    check_report(NewReport(**(SAID | {"said": "<script>alert(1)</script>\r\n\t=1+1" + "长" * 3900})))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "contact",
    [
        Contact(phone="1380013"[:4]),
        Contact(phone="一三八"),
        Contact(email="li"),
        Contact(name="x\n"),
        Contact("n" * 201),
    ],
)
def test_a_contact_by_which_nobody_is_reached_is_refused(contact: Contact) -> None:
    with pytest.raises(ReportUnusable):
        check_contact(contact)


@pytest.mark.parametrize(
    "phone", ["13800138000", "138-0013-8000", "+86 138 0013 8000", "008613800138000", "１３８００１３８０００"]
)
def test_a_telephone_number_is_one_however_it_is_written(phone: str) -> None:
    assert phone_key(phone) == "13800138000"


@pytest.mark.parametrize(
    ("phone", "key"),
    [
        ("8613800138000", "13800138000"),
        ("862583330000", "862583330000"),  # twelve digits: no mobile number behind the code of the country
        ("86123456", "86123456"),
        ("0086 25 8333 0000", "2583330000"),
        ("1234567890123", "1234567890123"),  # thirteen digits that begin otherwise
        ("+1 202 555 0100", "+12025550100"),
    ],
)
def test_only_the_code_of_the_country_is_left_out(phone: str, key: str) -> None:
    assert phone_key(phone) == key


@given(st.builds(Contact, name=st.text(min_size=2, max_size=8), phone=st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)))
def test_a_masked_contact_leaves_no_four_digits_in_the_middle(contact: Contact) -> None:
    shown = masked(contact)

    assert shown.phone == f"{contact.phone[:3]}****{contact.phone[-4:]}"
    assert shown.name[1:].strip("*") == ""
    assert masked(Contact("李雷", "025-8888 1234", "zhang@example.cn")) == Contact(
        "李*", "025****1234", "z***@example.cn"
    )


@given(st.sampled_from(CaseState))
def test_every_state_of_a_case_has_a_word_that_is_open_or_closed_with_it(state: CaseState) -> None:
    found = state_of(status_of(state.value))

    assert (found is ReportState.CLOSED) == (state not in OPEN)
    assert (found is ReportState.RECEIVED) == (state is CaseState.REPORTED)


def test_a_report_without_a_case_is_received_or_ended_by_itself() -> None:
    assert status_of("") is ReportStatus.RECEIVED
    assert (status_of("", "answered"), status_of("", "refused")) == (ReportStatus.ANSWERED, ReportStatus.REFUSED)
    assert status_of("handling", "answered") is ReportStatus.IN_HAND


def test_a_code_is_typed_as_people_type_and_read_as_nobody_mistakes() -> None:
    codes = {new_code() for _ in range(200)}

    assert len(codes) == 200
    assert all(len(code) == 8 and set(code) <= set(ALPHABET) for code in codes)
    assert not set(ALPHABET) & set("0O1IL")
    assert hash_code(" abcd2345 ") == hash_code("ABCD2345")
    assert is_number("R20261129-000017")
    assert not is_number("R20261129-17")
