"""Tables of identity and how its nouns are mapped to them.

Secrets are here as hashes only. What is frozen and read as a whole (an address, declared legal details) is one JSON column in the
form it has in the contracts.
"""

from typing import Any

from sqlalchemy import ARRAY, Boolean, Column, Date, DateTime, Enum, ForeignKey, Index, Integer, String, Table, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import registry, relationship
from sqlalchemy.types import TypeDecorator

from chassis import codec
from contracts.identity.v1.rpc import AdmissionState, KycState
from contracts.shapes import Address, PartyKind
from contracts.wire import Right, Role
from identity.domain.account import Account
from identity.domain.admission import AdmissionCase, Vote
from identity.domain.attempts import AttemptWindow
from identity.domain.company import Company
from identity.domain.expert import Consent, Expert
from identity.domain.kyc import KycCase, KycDocument
from identity.domain.legal_entity import EntityState, LegalDetails, LegalEntity
from identity.domain.session import MailPurpose, MailToken, Purpose, Session

mapper = registry()
metadata = mapper.metadata
TIME = DateTime(timezone=True)


class Shape(TypeDecorator[Any]):
    """A frozen dataclass as JSON, in its wire form."""

    impl = JSONB(none_as_null=True)
    cache_ok = True

    def __init__(self, shape: type[Any]) -> None:
        super().__init__()
        self.shape = shape

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return None if value is None else codec.to_wire(value)

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return None if value is None else codec.from_wire(self.shape, value)


class Rights(TypeDecorator[tuple[Right, ...]]):
    """Rights as an array of their names."""

    impl = ARRAY(String)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> list[str]:
        return [right.value for right in value or ()]

    def process_result_value(self, value: Any, dialect: Any) -> tuple[Right, ...]:
        return tuple(Right(name) for name in value or ())


def _words(of: type) -> Enum:
    return Enum(of, values_callable=lambda words: [word.value for word in words], native_enum=False, length=20)


COMPANY = Table(
    "company",
    metadata,
    Column("id", String, primary_key=True),
    Column("kind", _words(PartyKind), nullable=False),
    Column("name", String, nullable=False),
    Column("locale", String, nullable=False),
    Column("created_at", TIME, nullable=False),
    Column("address", Shape(Address)),
    Column("siren", String, nullable=False),
    Column("vat_id", String, nullable=False),
    Column("accounting_email", String, nullable=False),
    Column("purchase_order_number", String, nullable=False),
)
ACCOUNT = Table(
    "account",
    metadata,
    Column("id", String, primary_key=True),
    Column("role", _words(Role), nullable=False),
    Column("email", String, nullable=False),
    Column("password_hash", String, nullable=False),
    Column("first_name", String, nullable=False),
    Column("last_name", String, nullable=False),
    Column("phone", String, nullable=False),
    Column("locale", String, nullable=False),
    Column("created_at", TIME, nullable=False),
    Column("expert_id", String),
    Column("company_id", ForeignKey("company.id"), index=True),
    Column("rights", Rights, nullable=False),
    Column("referral_code", String),
    Column("referred_by", ForeignKey("account.id"), index=True),
    Column("email_confirmed_at", TIME),
    Column("erased_at", TIME),
    UniqueConstraint("email", name="one_account_an_email"),
    UniqueConstraint("expert_id", name="one_account_an_expert"),
    UniqueConstraint("referral_code", name="one_account_a_referral_code"),
)
SESSION = Table(
    "session",
    metadata,
    Column("id", String, primary_key=True),
    Column("account_id", ForeignKey("account.id"), nullable=False, index=True),
    Column("secret_sha256", String, nullable=False),
    Column("purpose", _words(Purpose), nullable=False),
    Column("name", String, nullable=False),
    Column("created_at", TIME, nullable=False),
    Column("expires_at", TIME, nullable=False),
    Column("ip", String, nullable=False),
    Column("user_agent", String, nullable=False),
    Column("last_used_at", TIME),
    Column("revoked_at", TIME),
    UniqueConstraint("secret_sha256", name="one_session_a_secret"),
)
MAIL_TOKEN = Table(
    "mail_token",
    metadata,
    Column("secret_sha256", String, primary_key=True),
    Column("account_id", ForeignKey("account.id"), nullable=False, index=True),
    Column("purpose", _words(MailPurpose), nullable=False),
    Column("expires_at", TIME, nullable=False),
)
ATTEMPT_WINDOW = Table(
    "attempt_window",
    metadata,
    Column("key", String, primary_key=True),
    Column("started_at", TIME, nullable=False),
    Column("ends_at", TIME, nullable=False),
    Column("count", Integer, nullable=False),
)
CONSENT = Table(
    "consent",
    metadata,
    Column("id", String, primary_key=True),
    Column("account_id", ForeignKey("account.id"), nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("version", String, nullable=False),
    Column("at", TIME, nullable=False),
    Column("text_sha256", String, nullable=False),
    Column("ip", String, nullable=False),
    Column("user_agent", String, nullable=False),
)
EXPERT = Table(
    "expert",
    metadata,
    Column("id", String, primary_key=True),
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("birth_date", Date),
    Column("years_of_experience", Integer, nullable=False),
    Column("charter_version", String, nullable=False),
    Column("mandate_in_force", Boolean, nullable=False),
    Column("mandate_at", TIME),
)
LEGAL_ENTITY = Table(
    "legal_entity",
    metadata,
    Column("expert_id", ForeignKey("expert.id"), primary_key=True),
    Column("state", _words(EntityState), nullable=False),
    Column("details", Shape(LegalDetails)),
    Column("confirmed_at", TIME),
)
ADMISSION_CASE = Table(
    "admission_case",
    metadata,
    Column("expert_id", ForeignKey("expert.id"), primary_key=True),
    Column("state", _words(AdmissionState), nullable=False),
    Column("presentation", String, nullable=False),
    Column("reference_letters", Integer, nullable=False),
    Column("votes_required", Integer, nullable=False),
    Column("reason", String, nullable=False),
    Column("submitted_at", TIME),
    Column("decided_at", TIME),
)
Index("admission_case_state", ADMISSION_CASE.c.state, ADMISSION_CASE.c.expert_id)
VOTE = Table(
    "vote",
    metadata,
    Column("expert_id", ForeignKey("admission_case.expert_id"), primary_key=True),
    Column("account_id", ForeignKey("account.id"), primary_key=True),  # the database, too, refuses a second vote
    Column("in_favour", Boolean, nullable=False),
    Column("reason", String, nullable=False),
    Column("at", TIME, nullable=False),
)
KYC_CASE = Table(
    "kyc_case",
    metadata,
    Column("expert_id", ForeignKey("expert.id"), primary_key=True),
    Column("state", _words(KycState), nullable=False),
    Column("payee_at", TIME),
    Column("erased", Boolean, nullable=False),
)
KYC_DOCUMENT = Table(
    "kyc_document",
    metadata,
    Column("id", String, primary_key=True),
    Column("expert_id", ForeignKey("kyc_case.expert_id"), nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("submitted_at", TIME, nullable=False),
    Column("state", String, nullable=False),
    Column("reason", String, nullable=False),
)

mapper.map_imperatively(Company, COMPANY)
mapper.map_imperatively(Account, ACCOUNT)
mapper.map_imperatively(Session, SESSION)
mapper.map_imperatively(MailToken, MAIL_TOKEN)
mapper.map_imperatively(AttemptWindow, ATTEMPT_WINDOW)
mapper.map_imperatively(Consent, CONSENT)
mapper.map_imperatively(Expert, EXPERT)
mapper.map_imperatively(LegalEntity, LEGAL_ENTITY)
mapper.map_imperatively(Vote, VOTE)
mapper.map_imperatively(
    AdmissionCase, ADMISSION_CASE, properties={"votes": relationship(Vote, lazy="selectin", order_by=VOTE.c.at)}
)
mapper.map_imperatively(KycDocument, KYC_DOCUMENT)
mapper.map_imperatively(KycCase, KYC_CASE, properties={"documents": relationship(KycDocument, lazy="selectin")})
