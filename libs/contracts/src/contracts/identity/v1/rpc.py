"""Calls of identity: accounts, sessions, companies, legal entities, KYC, admission, consents."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from contracts.shapes import Address, Done, FileContent, Page, Party, PartyKind, VatStatus
from contracts.wire import Actor, Call, Command, Right, Role


class AdmissionState(StrEnum):
    """none -> submitted -> admitted | refused; admitted -> suspended -> admitted."""

    NONE = "none"
    SUBMITTED = "submitted"
    ADMITTED = "admitted"
    REFUSED = "refused"
    SUSPENDED = "suspended"


class KycState(StrEnum):
    """not_started -> pending -> validated | refused; refused -> pending; validated -> restricted."""

    NOT_STARTED = "not_started"
    PENDING = "pending"
    VALIDATED = "validated"
    REFUSED = "refused"
    RESTRICTED = "restricted"


@dataclass(frozen=True, kw_only=True)
class AccountView:
    account_id: str
    role: Role
    email: str
    first_name: str
    last_name: str
    phone: str
    locale: str
    email_confirmed: bool
    created_at: datetime
    expert_id: str | None = None
    company_id: str | None = None
    rights: tuple[Right, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RegisterCompany(Command[AccountView]):
    """A company's first member signs up (M72, A17). `company_kind` individual only where the policy allows it (P22)."""

    email: str
    password: str
    first_name: str
    last_name: str
    phone: str
    company_name: str
    accept_terms: bool
    company_kind: PartyKind = PartyKind.BUSINESS
    locale: str = "fr"
    referral_code: str | None = None


@dataclass(frozen=True, kw_only=True)
class RegisterExpert(Command[AccountView]):
    """An expert signs up, with or without a legal status (A2, A12, A40, A60, M3)."""

    email: str
    password: str
    first_name: str
    last_name: str
    phone: str
    birth_date: date
    years_of_experience: int
    accept_terms: bool
    locale: str = "fr"
    referral_code: str | None = None


@dataclass(frozen=True, kw_only=True)
class RegisterOperator(Command[AccountView]):
    """A person of the operator's team; asked by an operator with every right or at installation (role service)."""

    email: str
    password: str
    first_name: str
    last_name: str
    rights: tuple[Right, ...]
    locale: str = "fr"


@dataclass(frozen=True, kw_only=True)
class ConfirmEmail(Command[Done]):
    """With the token of the confirmation mail."""

    token: str


@dataclass(frozen=True, kw_only=True)
class RequestPasswordReset(Command[Done]):
    """Answers the same whether the address is known or not (A54)."""

    email: str


@dataclass(frozen=True, kw_only=True)
class ResetPassword(Command[Done]):
    """Ends every session of the account."""

    token: str
    new_password: str


@dataclass(frozen=True, kw_only=True)
class ChangePassword(Command[Done]):
    """With the old one; every session and token ends but the one the call came by (A54)."""

    current_password: str
    new_password: str


@dataclass(frozen=True, kw_only=True)
class SessionView:
    """`secret` is shown once; only its hash is kept."""

    session_id: str
    secret: str
    expires_at: datetime
    account: AccountView


@dataclass(frozen=True, kw_only=True)
class LogIn(Call[SessionView]):
    """Opens a session. No command: its answer holds a secret and must not be kept to be given again.

    `purpose`: "cookie" for pages (14 days), "token" for programs (`name`, 365 days)."""

    email: str
    password: str
    purpose: str = "cookie"
    name: str = ""
    ip: str = ""
    user_agent: str = ""


@dataclass(frozen=True, kw_only=True)
class LogOut(Command[Done]):
    """Ends the session of this secret."""

    secret: str


@dataclass(frozen=True, kw_only=True)
class SessionInfo:
    session_id: str
    purpose: str
    name: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class ListSessions(Call[Page[SessionInfo]]):
    """The caller's own open sessions and tokens."""


@dataclass(frozen=True, kw_only=True)
class RevokeSession(Command[Done]):
    session_id: str


@dataclass(frozen=True, kw_only=True)
class Authenticate(Call[Actor]):
    """Who stands behind this secret; Unauthenticated when it is unknown, revoked or over."""

    secret: str


@dataclass(frozen=True, kw_only=True)
class GetAccount(Call[AccountView]):
    """The caller's own, or any for an operator with the right to support."""

    account_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class UpdateAccount(Command[AccountView]):
    first_name: str | None = None
    last_name: str | None = None
    phone: str | None = None
    locale: str | None = None


@dataclass(frozen=True, kw_only=True)
class EraseAccount(Command[Done]):
    """Erasure pseudonymises (A55, GDPR); the caller's own with the password, or by support with a reason."""

    account_id: str | None = None
    password: str = ""
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class CompanyView:
    company_id: str
    kind: PartyKind
    name: str
    address: Address | None
    siren: str
    vat_id: str
    accounting_email: str
    purchase_order_number: str
    complete: bool


@dataclass(frozen=True, kw_only=True)
class SetCompanyDetails(Command[CompanyView]):
    """What a company must tell before it accepts a quote; identifiers are checked (M72, M97)."""

    name: str
    address: Address
    siren: str = ""
    vat_id: str = ""
    accounting_email: str = ""
    purchase_order_number: str = ""


@dataclass(frozen=True, kw_only=True)
class GetCompany(Call[CompanyView]):
    company_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class InviteMember(Command[Done]):
    """A member with the right to manage invites another by mail."""

    email: str
    first_name: str
    last_name: str
    rights: tuple[Right, ...]


@dataclass(frozen=True, kw_only=True)
class GetParty(Call[Party]):
    """A company or an expert's legal entity as it goes onto documents. Services only.

    Raises `IncompleteDetails` when it is not complete."""

    party_id: str


@dataclass(frozen=True, kw_only=True)
class LegalEntityView:
    expert_id: str
    state: str
    """none, to_review or confirmed."""
    legal_form: str = ""
    legal_name: str = ""
    address: Address | None = None
    siren: str = ""
    vat_status: VatStatus = VatStatus.REGISTERED
    vat_id: str = ""
    share_capital_cents: int | None = None
    registry: str = ""
    legal_mentions: str = ""
    iban_masked: str = ""
    account_holder: str = ""


@dataclass(frozen=True, kw_only=True)
class SetLegalEntity(Command[LegalEntityView]):
    """The expert's status, company and bank details (A20, M13, M60). Confirmed at once when every identifier checks out;
    `to_review` for countries whose registers cannot be checked. SIREN, VAT id, IBAN by checksum."""

    legal_form: str
    legal_name: str
    address: Address
    vat_status: VatStatus
    iban: str
    account_holder: str
    bic: str = ""
    siren: str = ""
    vat_id: str = ""
    share_capital_cents: int | None = None
    registry: str = ""
    legal_mentions: str = ""


@dataclass(frozen=True, kw_only=True)
class GetLegalEntity(Call[LegalEntityView]):
    expert_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class ConfirmLegalEntity(Command[LegalEntityView]):
    """An operator with the right to support confirms a reviewed entity."""

    expert_id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class CharterView:
    version: str
    text: str


@dataclass(frozen=True, kw_only=True)
class GetCharter(Call[CharterView]):
    """The experts' charter in its present version; anybody may read it."""

    locale: str = "fr"


@dataclass(frozen=True, kw_only=True)
class SignCharter(Command[Done]):
    """The experts' charter, in the version shown (A40, A44)."""

    version: str
    ip: str = ""
    user_agent: str = ""


@dataclass(frozen=True, kw_only=True)
class AdmissionView:
    expert_id: str
    state: AdmissionState
    name: str
    age_years: int
    years_of_experience: int
    charter_signed: bool
    reference_letters: int
    votes_for: int
    votes_against: int
    votes_required: int
    missing: tuple[str, ...] = ()
    """What still stands in the way, as codes: threshold, charter, mandate, reference_letters."""
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SubmitForAdmission(Command[AdmissionView]):
    """The expert asks to be admitted; refused by name while something is missing (P1)."""

    presentation: str
    reference_letters: int = 0


@dataclass(frozen=True, kw_only=True)
class GetAdmission(Call[AdmissionView]):
    expert_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class ListAdmissions(Call[Page[AdmissionView]]):
    """Operators with the right of the committee."""

    state: AdmissionState | None = None
    cursor: str | None = None
    limit: int = 20


@dataclass(frozen=True, kw_only=True)
class VoteOnAdmission(Command[AdmissionView]):
    """One vote a committee member; the case closes when the policy's count is reached (A3, A41, A42)."""

    expert_id: str
    in_favour: bool
    reason: str


@dataclass(frozen=True, kw_only=True)
class SuspendExpert(Command[AdmissionView]):
    """With a reason that is told to the expert (A72)."""

    expert_id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ReinstateExpert(Command[AdmissionView]):
    expert_id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class KycDocumentView:
    document_id: str
    kind: str
    state: str
    """pending, validated or refused."""
    reason: str = ""
    submitted_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class KycView:
    expert_id: str
    state: KycState
    documents: tuple[KycDocumentView, ...] = ()
    asked: tuple[str, ...] = ()
    """Kinds still needed: identity_proof, articles, registration_proof."""


@dataclass(frozen=True, kw_only=True)
class SubmitKycDocument(Command[KycView]):
    """Passed on to the payment provider; the file is not kept here (M40, M56-M58)."""

    kind: str
    file: FileContent


@dataclass(frozen=True, kw_only=True)
class GetKyc(Call[KycView]):
    expert_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class ExpertStanding:
    """Whether an expert may quote and be paid, and if not why (A20, A60, P10)."""

    expert_id: str
    may_quote: bool
    missing: tuple[str, ...]
    """Codes: admission, legal_entity, bank_details, suspended."""
    admission: AdmissionState
    kyc: KycState
    party: Party | None = None
    iban_country: str = ""


@dataclass(frozen=True, kw_only=True)
class GetStanding(Call[ExpertStanding]):
    """Services, or the expert himself."""

    expert_id: str


@dataclass(frozen=True, kw_only=True)
class ReferralView:
    code: str
    joined: int


@dataclass(frozen=True, kw_only=True)
class GetReferral(Call[ReferralView]):
    """The caller's own code (M67, M68)."""
