"""What the use cases need from outside, said by them: the store, the hasher, the provider's door, the settings.

Adapters give it to them; unit tests give small fakes. `get(..., lock=True)` keeps others from changing the object until the end
of the transaction, so that a state is read and changed in one go.
"""

from collections.abc import Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from contracts.identity.v1.rpc import AdmissionState
from contracts.shapes import FileContent
from contracts.wire import Event
from identity.domain.account import Account
from identity.domain.admission import AdmissionCase
from identity.domain.attempts import AttemptWindow, Limit
from identity.domain.company import Company
from identity.domain.expert import Charter, Consent, Expert
from identity.domain.kyc import KycCase
from identity.domain.legal_entity import LegalEntity
from identity.domain.policy import IdentityPolicy
from identity.domain.session import MailPurpose, MailToken, Session


class Accounts(Protocol):
    def add(self, account: Account) -> None:
        """Raises EmailTaken."""

    def get(self, account_id: str, *, lock: bool = False) -> Account | None: ...

    def many(self, account_ids: Collection[str]) -> dict[str, Account]: ...

    def by_email(self, email: str) -> Account | None: ...

    def by_referral_code(self, code: str) -> Account | None: ...

    def count_referred_by(self, account_id: str) -> int: ...

    def colleagues_of(self, account: Account) -> int:
        """How many others of the same company have not erased their account."""

    def forget_traces(self, account: Account) -> None:
        """Removes the answers kept for repeated calls, which hold the person's name and address."""


class Sessions(Protocol):
    def add(self, session: Session) -> None: ...

    def get(self, session_id: str) -> Session | None: ...

    def by_secret(self, secret_sha256: str) -> tuple[Session, Account] | None: ...

    def open_of(self, account_id: str, now: datetime) -> list[Session]:
        """Newest first."""

    def revoke_all(self, account_id: str, now: datetime, *, but: str | None = None) -> None:
        """Sessions and tokens; `but` stays open."""

    def drop_all(self, account_id: str) -> None: ...


class MailTokens(Protocol):
    def add(self, token: MailToken) -> None: ...

    def find(self, secret_sha256: str, purpose: MailPurpose, now: datetime) -> MailToken | None: ...

    def take(self, secret_sha256: str, purpose: MailPurpose, now: datetime) -> str | None:
        """Uses a token up and gives its account; None when it is unknown, too old, or another was quicker."""

    def drop_all(self, account_id: str, purpose: MailPurpose | None = None) -> None: ...


class Attempts(Protocol):
    def window(self, key: str, now: datetime) -> AttemptWindow:
        """Locked; a new one when none is known."""


class Companies(Protocol):
    def add(self, company: Company) -> None: ...

    def get(self, company_id: str, *, lock: bool = False) -> Company | None: ...


class Experts(Protocol):
    def add(self, expert: Expert) -> None: ...

    def get(self, expert_id: str, *, lock: bool = False) -> Expert | None: ...

    def many(self, expert_ids: Collection[str]) -> dict[str, Expert]: ...


class Consents(Protocol):
    def add(self, consent: Consent) -> None: ...

    def forget_origin(self, account_id: str) -> None:
        """The proof stays, without the machine it came from."""


class LegalEntities(Protocol):
    def add(self, entity: LegalEntity) -> None: ...

    def get(self, expert_id: str, *, lock: bool = False) -> LegalEntity | None: ...


class Admissions(Protocol):
    def add(self, case: AdmissionCase) -> None: ...

    def get(self, expert_id: str, *, lock: bool = False) -> AdmissionCase | None: ...

    def page(self, state: AdmissionState | None, before: str | None, limit: int) -> list[AdmissionCase]:
        """Cases that were submitted, newest expert first, from below the expert id `before`."""


class KycCases(Protocol):
    def add(self, case: KycCase) -> None: ...

    def get(self, expert_id: str, *, lock: bool = False) -> KycCase | None: ...


class UnitOfWork(Protocol):
    """One transaction of identity's store; committed by the edge."""

    @property
    def now(self) -> datetime: ...
    @property
    def occurred_at(self) -> datetime:
        """When the event that is being applied occurred, else now."""

    @property
    def accounts(self) -> Accounts: ...
    @property
    def sessions(self) -> Sessions: ...
    @property
    def mail_tokens(self) -> MailTokens: ...
    @property
    def attempts(self) -> Attempts: ...
    @property
    def companies(self) -> Companies: ...
    @property
    def experts(self) -> Experts: ...
    @property
    def consents(self) -> Consents: ...
    @property
    def legal_entities(self) -> LegalEntities: ...
    @property
    def admissions(self) -> Admissions: ...
    @property
    def kyc_cases(self) -> KycCases: ...

    def emit(self, event: Event, *, about: str) -> None: ...

    def released(self) -> AbstractContextManager[None]:
        """No transaction is open inside; what was read is read afresh after it."""

    def commit_and_go_on(self) -> None: ...

    def sweep(self, before: datetime) -> int:
        """Deletes sessions, links and counters that ended before then; how many rows."""


class PasswordHasher(Protocol):
    """Slow on purpose: never called inside a transaction."""

    def hash(self, password: str) -> str: ...

    def verify(self, password_hash: str, password: str) -> bool:
        """Takes as long for an empty hash, and says no."""

    def is_outdated(self, password_hash: str) -> bool: ...


class PayeeDocuments(Protocol):
    def submit(self, *, expert_id: str, document_id: str, kind: str, file: FileContent) -> None:
        """Hands a file on to the payment provider, once per document id.

        Raises KycNotOpen while the provider does not know the expert yet; DocumentNotAccepted; Unavailable."""


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What the operator chose: the policy, the texts to sign, how often a thing may be tried."""

    policy: IdentityPolicy
    charter: Charter
    terms_version: str
    logins_per_account: Limit
    logins_per_ip: Limit
    mails_per_address: Limit


@dataclass(frozen=True, kw_only=True)
class Ports:
    """All of it."""

    uow: UnitOfWork
    rules: Rules
    passwords: PasswordHasher
    payee_documents: PayeeDocuments
