"""Payees: an expert's account at the payment provider, and the provider's answers to his documents (M40, M56-M58, M80).

The provider says what it still wants (`due`), what it is checking and what it refused; the state and each document's verdict
follow from that alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from contracts.payments.v1.rpc import PayeeState

DOCUMENT_KINDS = ("identity_proof", "articles", "registration_proof")
CONTENT_TYPES = ("application/pdf", "image/jpeg", "image/png")
PENDING, VALIDATED, REFUSED = "pending", "validated", "refused"


@dataclass(frozen=True, kw_only=True)
class AccountStatus:
    """What the provider says of an account: kinds of documents due, being checked, and refused with the reason."""

    account_ref: str
    state: PayeeState
    due: tuple[str, ...] = ()
    checking: tuple[str, ...] = ()
    refused: dict[str, str] = field(default_factory=dict)


@dataclass(eq=False, kw_only=True)
class Payee:
    """`details` is the legal entity as confirmed, `details_as_of` when; `account_ref` is the provider's account, once opened.

    `erased_at`: no details are taken any more. `new_bank`: his bank details are others than those payouts failed with. `learned` counts
    what changed the provider's state as we know it: a state fetched before the last change is stale. `checked_at`: last asked for.
    """

    expert_id: str
    state: PayeeState = PayeeState.INCOMPLETE
    due: tuple[str, ...] = ()
    details: dict[str, object] | None = None
    iban_country: str = ""
    account_ref: str | None = None
    details_as_of: datetime | None = None
    erased_at: datetime | None = None
    new_bank: bool = False
    learned: int = 0
    checked_at: datetime | None = None

    def confirm(self, details: dict[str, object], as_of: datetime) -> bool:
        """Takes over these details; whether they are new. Older ones than those known, and an erased person's, are not."""
        if self.erased_at is not None or (self.details_as_of is not None and as_of < self.details_as_of):
            return False
        changed = self.details != details
        self.new_bank = self.new_bank or (self.details is not None and self.details["iban"] != details["iban"])
        self.details, self.details_as_of = details, as_of
        return changed

    def forget(self, now: datetime) -> None:
        self.details, self.erased_at = None, now

    def open_account(self, account_ref: str) -> None:
        """The provider has an account with his details; how it stands must be fetched again."""
        self.account_ref, self.learned, self.checked_at = account_ref, self.learned + 1, None

    @property
    def is_verified(self) -> bool:
        return self.state is PayeeState.VERIFIED

    def learn(self, status: AccountStatus) -> bool:
        """Takes over what the provider says; whether something changed."""
        changed = (self.state, self.due) != (status.state, status.due)
        self.account_ref, self.state, self.due, self.learned = status.account_ref, status.state, status.due, self.learned + 1
        return changed

    def restrict(self) -> bool:
        """The provider refuses to pay him out, whatever we knew; whether that is new. His state is to be fetched again."""
        changed = self.state is PayeeState.VERIFIED
        self.state = PayeeState.RESTRICTED if changed else self.state
        self.learned, self.checked_at = self.learned + 1, None
        return changed


@dataclass(eq=False, kw_only=True)
class PayeeDocument:
    """A document on its way to the provider; `file_ref` is the provider's file, once it has it."""

    document_id: str
    expert_id: str
    kind: str
    submitted_at: datetime
    file_ref: str | None = None
    state: str = PENDING
    reason: str = ""


def judge(documents: Sequence[PayeeDocument], status: AccountStatus) -> list[PayeeDocument]:
    """The documents on which the provider has now answered, with the answer in them; only the latest of a kind is judged."""
    latest = {document.kind: document for document in sorted(documents, key=lambda one: one.submitted_at)}
    answered = []
    for kind, document in latest.items():
        if document.state != PENDING or document.file_ref is None or kind in status.checking:
            continue
        if kind in status.refused:
            document.state, document.reason = REFUSED, status.refused[kind]
        elif kind not in status.due:
            document.state = VALIDATED
        else:
            continue
        answered.append(document)
    return answered
