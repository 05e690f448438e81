"""What identity tells."""

from dataclasses import dataclass
from datetime import datetime

from contracts.identity.v1.rpc import KycState
from contracts.shapes import Party
from contracts.wire import Event, Right, Role


@dataclass(frozen=True, kw_only=True)
class AccountRegistered(Event):
    account_id: str
    role: Role
    email: str
    first_name: str
    last_name: str
    phone: str
    locale: str
    expert_id: str | None = None
    company_id: str | None = None
    company_name: str = ""
    rights: tuple[Right, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AccountUpdated(Event):
    account_id: str
    email: str
    first_name: str
    last_name: str
    phone: str
    locale: str


@dataclass(frozen=True, kw_only=True)
class EmailConfirmationRequested(Event):
    """`token` is for the mail only: one use, short life."""

    account_id: str
    token: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class EmailConfirmed(Event):
    account_id: str


@dataclass(frozen=True, kw_only=True)
class PasswordResetRequested(Event):
    account_id: str
    token: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class CharterSigned(Event):
    expert_id: str
    version: str


@dataclass(frozen=True, kw_only=True)
class LegalEntityConfirmed(Event):
    """Status, company and bank details are complete and checked (A20). Payments opens the payee account with them."""

    expert_id: str
    party: Party
    iban: str
    bic: str
    account_holder: str
    email: str
    first_name: str
    last_name: str
    birth_date: str


@dataclass(frozen=True, kw_only=True)
class CompanyDetailsChanged(Event):
    company_id: str
    party: Party


@dataclass(frozen=True, kw_only=True)
class KycStatusChanged(Event):
    expert_id: str
    state: KycState
    reason: str = ""
    document_kind: str = ""


@dataclass(frozen=True, kw_only=True)
class AdmissionSubmitted(Event):
    expert_id: str


@dataclass(frozen=True, kw_only=True)
class ExpertAdmitted(Event):
    expert_id: str


@dataclass(frozen=True, kw_only=True)
class ExpertRefused(Event):
    expert_id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ExpertSuspended(Event):
    expert_id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ExpertReinstated(Event):
    expert_id: str


@dataclass(frozen=True, kw_only=True)
class ReferralJoined(Event):
    referrer_account_id: str
    account_id: str
    code: str


@dataclass(frozen=True, kw_only=True)
class AccountErased(Event):
    """Every service that holds a copy pseudonymises it. `company_id` is set when nobody of the company is left."""

    account_id: str
    expert_id: str | None = None
    company_id: str | None = None
