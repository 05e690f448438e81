"""KYC: how far the payment provider has come in knowing the expert (A58, M40, M56-M58, M80).

The provider decides, payments tells, this case remembers the states and reasons; the files are never kept here.
Messages may come twice, late or in another order: only legal transitions are applied, and of what the provider says of the whole
account, nothing that is older than what is known; the rest changes nothing.
"""

from dataclasses import dataclass, field
from datetime import datetime

from contracts.identity.v1.rpc import KycState
from contracts.payments.v1.rpc import PayeeState
from kernel.errors import Invalid

PENDING, VALIDATED, REFUSED = "pending", "validated", "refused"
IDENTITY, ARTICLES, REGISTRATION = "identity_proof", "articles", "registration_proof"
KINDS = (IDENTITY, ARTICLES, REGISTRATION)

# what the provider says of the account -> in which states that is news -> the state after it
_BY_PAYEE = {
    PayeeState.PENDING: ({KycState.NOT_STARTED}, KycState.PENDING),
    PayeeState.VERIFIED: (set(KycState) - {KycState.VALIDATED}, KycState.VALIDATED),
    PayeeState.RESTRICTED: ({KycState.PENDING, KycState.VALIDATED}, KycState.RESTRICTED),
    PayeeState.REJECTED: (set(KycState) - {KycState.REFUSED}, KycState.REFUSED),
}


@dataclass(eq=False, kw_only=True)
class KycDocument:
    """A document on its way through the provider: pending, then validated or refused with its reason."""

    id: str
    expert_id: str
    kind: str
    submitted_at: datetime
    state: str = PENDING
    reason: str = ""


@dataclass(eq=False, kw_only=True)
class KycCase:
    """not_started -> pending -> validated | refused; refused | restricted -> pending by a document; validated -> restricted."""

    expert_id: str
    state: KycState = KycState.NOT_STARTED
    documents: list[KycDocument] = field(default_factory=list)
    payee_at: datetime | None = None  # when what is known of the payee's account occurred
    erased: bool = False

    def submitted(self, document_id: str, kind: str, now: datetime) -> bool:
        """A document went to the provider; whether the case's state changed. The provider's answer may have come first."""
        if self._document(document_id) is not None:
            return False
        self.documents.append(KycDocument(id=document_id, expert_id=self.expert_id, kind=kind, submitted_at=now))
        if self.state in (KycState.PENDING, KycState.VALIDATED):
            return False
        self.state = KycState.PENDING
        return True

    def checked(self, document_id: str, kind: str, accepted: bool, reason: str, now: datetime) -> bool:
        """The provider's answer on one document; whether the expert must hear of it: refused, and none newer under way (M56).

        `now` is when the provider answered: a document known by its answer only was brought before then.
        """
        document = self._document(document_id)
        if document is None:  # the answer overtook our own note of the submission
            document = KycDocument(id=document_id, expert_id=self.expert_id, kind=kind, submitted_at=now)
            self.documents.append(document)
        if document.state != PENDING:
            return False
        document.state, document.reason = (VALIDATED, "") if accepted else (REFUSED, "" if self.erased else reason)
        if accepted or self.erased or self.state is KycState.VALIDATED or self._latest(document.kind) is not document:
            return False
        self.state = KycState.REFUSED
        return True

    def heard(self, payee: PayeeState, at: datetime) -> bool:
        """What the provider said of the whole account, and when; whether the case's state changed."""
        if self.payee_at is not None and at < self.payee_at:
            return False
        self.payee_at = at
        from_states, to = _BY_PAYEE.get(payee, (set[KycState](), self.state))
        if self.state not in from_states:
            return False
        self.state = to
        return True

    def asked(self, legal_form_known: bool, sole_trader: bool) -> tuple[str, ...]:
        """The kinds still to be brought: none under way or accepted.

        A sole trader has no articles; nor is a form known at first.
        """
        if self.state is KycState.VALIDATED:
            return ()
        needed = KINDS if legal_form_known and not sole_trader else (IDENTITY, REGISTRATION) if legal_form_known else (IDENTITY,)
        brought = {document.kind for document in self.documents if document.state != REFUSED}
        return tuple(kind for kind in needed if kind not in brought)

    def erase(self) -> None:
        """No reason is kept, nor comes back with a late answer."""
        self.erased = True
        for document in self.documents:
            document.reason = ""

    def _document(self, document_id: str) -> KycDocument | None:
        return next((document for document in self.documents if document.id == document_id), None)

    def _latest(self, kind: str) -> KycDocument:
        return max((document for document in self.documents if document.kind == kind), key=lambda document: document.submitted_at)


def checked_kind(kind: str) -> str:
    """Raises Invalid."""
    if kind not in KINDS:
        raise Invalid(f"kind must be one of {', '.join(KINDS)}", field="kind")
    return kind
