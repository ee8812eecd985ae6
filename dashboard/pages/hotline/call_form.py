"""What the form of a call sends: who calls, what about, where, and what becomes of it."""

from typing import Annotated

import msgspec

from cases.life.details import CaseType, RefusalGround
from citizens.persons.contact import Contact
from citizens.reports import LONGEST_ADDRESS, LONGEST_CATEGORY, LONGEST_DEVICE, LONGEST_SAID, Channel, NewReport
from cityops.web.uploads import FormMalformed

LONGEST_ANSWER = 2000  # characters: it becomes the reason of an act
KINDS = (
    CaseType.CONSULT, CaseType.HELP, CaseType.COMPLAIN, CaseType.ACCUSE, CaseType.SUGGEST, CaseType.PRAISE,
)  # fmt: skip
"""What somebody on the telephone wants, in the order of the keys 1 to 6."""


class CallForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One call. `device` and `code` are made with the form: sent again it is the same report.

    `answer`: of a question that is answered at once. `ground`: why the agent proposes not to take it up. `master`: the
    open case into which it is merged.
    """

    kind: CaseType
    device: Annotated[str, msgspec.Meta(min_length=8, max_length=LONGEST_DEVICE)]
    code: Annotated[str, msgspec.Meta(max_length=16)]
    said: Annotated[str, msgspec.Meta(max_length=LONGEST_SAID)] = ""
    name: Annotated[str, msgspec.Meta(max_length=200)] = ""
    phone: Annotated[str, msgspec.Meta(max_length=200)] = ""
    confidential: bool = False
    wants_call: bool = True
    category: Annotated[str, msgspec.Meta(max_length=LONGEST_CATEGORY)] = ""
    address: Annotated[str, msgspec.Meta(max_length=LONGEST_ADDRESS)] = ""
    longitude: float | None = None
    latitude: float | None = None
    answer: Annotated[str, msgspec.Meta(max_length=LONGEST_ANSWER)] = ""
    ground: RefusalGround | None = None
    master: int | None = None

    @property
    def report(self) -> NewReport:
        """The report that it is. Who leaves no number cannot be called back; who was answered need not be."""
        phone, answered = self.phone.strip(), self.kind is CaseType.CONSULT and bool(self.answer.strip())
        return NewReport(
            channel=Channel.HOTLINE,
            kind=self.kind,
            said=self.said.strip(),
            category=self.category,
            longitude=self.longitude,
            latitude=self.latitude,
            address=self.address.strip(),
            wants_call=self.wants_call and bool(phone) and not answered and self.ground is None,
            confidential=self.confidential,
            contact=Contact(self.name.strip(), phone),
            device=self.device,
        )


class CallQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is typed so far: what of it is not empty is looked up."""

    phone: Annotated[str, msgspec.Meta(max_length=200)] = ""
    said: Annotated[str, msgspec.Meta(max_length=LONGEST_SAID)] = ""
    category: Annotated[str, msgspec.Meta(max_length=200)] = ""  # as it is typed
    chosen: Annotated[str, msgspec.Meta(max_length=LONGEST_CATEGORY)] = ""  # the key of the one that is chosen
    place: Annotated[str, msgspec.Meta(max_length=LONGEST_ADDRESS)] = ""
    longitude: float | None = None
    latitude: float | None = None


def read_call(body: bytes) -> CallForm:
    """Return what a form sent. Raises FormMalformed."""
    try:
        return msgspec.json.decode(body, type=CallForm)
    except msgspec.MsgspecError as error:
        raise FormMalformed from error


def read_question(body: bytes) -> CallQuestion:
    """Return what a form asks for. Raises FormMalformed."""
    try:
        return msgspec.json.decode(body, type=CallQuestion)
    except msgspec.MsgspecError as error:
        raise FormMalformed from error
