"""People join: a company's first member (M72), an expert (A2, A12, M3), an invited colleague, a person of the operator's team."""

from datetime import datetime, timedelta

from contracts.identity.v1 import events, rpc
from contracts.identity.v1.errors import InvalidIdentifier, NotAllowed, TermsNotAccepted, UnknownToken
from contracts.shapes import Done, PartyKind
from contracts.wire import Right, Role
from identity.domain import fields
from identity.domain.account import COMPANY_RIGHTS, NO_PASSWORD, OPERATOR_RIGHTS, Account, new_referral_code, rights_among
from identity.domain.admission import AdmissionCase
from identity.domain.company import Company, check_kind
from identity.domain.expert import Consent, Expert
from identity.domain.kyc import KycCase
from identity.domain.legal_entity import LegalEntity
from identity.domain.password import check_password
from identity.domain.session import CONFIRMATION_LIFETIME, INVITATION_LIFETIME, MailPurpose, MailToken, digest, new_secret
from identity.use_cases.authorise import company_of
from identity.use_cases.ports import Ports, UnitOfWork
from identity.use_cases.show import show_account
from kernel.ids import new_id


def register_company(call: rpc.RegisterCompany, ports: Ports) -> rpc.AccountView:
    """The company and its first member, who has every right of it.

    Raises Invalid, InvalidIdentifier, WeakPassword, TermsNotAccepted, IndividualsNotServed (P22), EmailTaken.
    """
    kind = check_kind(call.company_kind, ports.rules.policy)
    account = _new_account(call, ports, Role.COMPANY)
    name = fields.text(call.company_name, "company_name", required=kind is not PartyKind.INDIVIDUAL) or account.full_name
    account.password_hash = ports.passwords.hash(check_password(call.password, account.email))
    uow = ports.uow
    company = Company(id=new_id("com", uow.now), kind=kind, name=name, locale=account.locale, created_at=uow.now)
    account.company_id, account.rights = company.id, COMPANY_RIGHTS
    uow.companies.add(company)
    _join(account, call.referral_code, ports, company_name=name)
    return show_account(account)


def register_expert(call: rpc.RegisterExpert, ports: Ports) -> rpc.AccountView:
    """The expert, with nothing signed, declared or admitted yet. Raises as `register_company`."""
    uow = ports.uow
    account = _new_account(call, ports, Role.EXPERT)
    expert = Expert(
        id=new_id("exp", uow.now),
        account_id=account.id,
        birth_date=fields.birth_date(call.birth_date, uow.now.date()),
        years_of_experience=fields.whole_number(call.years_of_experience, "years_of_experience", lowest=0, highest=80),
    )
    account.password_hash = ports.passwords.hash(check_password(call.password, account.email))
    account.expert_id = expert.id
    _join(account, call.referral_code, ports)
    uow.experts.add(expert)
    uow.legal_entities.add(LegalEntity(expert_id=expert.id))
    uow.admissions.add(AdmissionCase(expert_id=expert.id))
    uow.kyc_cases.add(KycCase(expert_id=expert.id))
    return show_account(account)


def register_operator(call: rpc.RegisterOperator, ports: Ports) -> rpc.AccountView:
    """A person of the team: asked at installation, or by an operator who has every right. Raises as above; NotAllowed."""
    if call.actor.role is not Role.SERVICE and not (
        call.actor.role is Role.OPERATOR and set(OPERATOR_RIGHTS) <= set(call.actor.rights)
    ):
        raise NotAllowed("This needs every right of an operator")
    now = ports.uow.now
    account = Account(
        id=new_id("acc", now),
        role=Role.OPERATOR,
        email=fields.email_address(call.email),
        password_hash=NO_PASSWORD,
        first_name=fields.text(call.first_name, "first_name", longest=100),
        last_name=fields.text(call.last_name, "last_name", longest=100),
        phone="",
        locale=fields.accepted_locale(call.locale),
        created_at=now,
        rights=rights_among(call.rights, OPERATOR_RIGHTS),
        email_confirmed_at=now,
    )
    account.password_hash = ports.passwords.hash(check_password(call.password, account.email))
    ports.uow.accounts.add(account)
    _tell_registered(account, ports.uow)
    return show_account(account)


def invite_member(call: rpc.InviteMember, ports: Ports) -> Done:
    """A colleague gets an account without a password, and a mail to set one. Nobody gives a right that he does not have.

    Raises NotAllowed, Invalid, InvalidIdentifier, EmailTaken."""
    company_id, uow = company_of(call.actor, Right.MANAGE_MEMBERS), ports.uow
    rights = rights_among(call.rights, COMPANY_RIGHTS)
    if not set(rights) <= set(call.actor.rights):
        raise NotAllowed("Nobody gives a right that he does not have")
    company = uow.companies.get(company_id)
    account = Account(
        id=new_id("acc", uow.now),
        role=Role.COMPANY,
        email=fields.email_address(call.email),
        password_hash=NO_PASSWORD,
        first_name=fields.text(call.first_name, "first_name", longest=100),
        last_name=fields.text(call.last_name, "last_name", longest=100),
        phone="",
        locale=company.locale if company else "fr",
        created_at=uow.now,
        company_id=company_id,
        rights=rights,
        referral_code=new_referral_code(),
    )
    uow.accounts.add(account)
    _tell_registered(account, uow, company_name=company.name if company else "")
    secret, expires_at = send_secret(account, MailPurpose.RESET_PASSWORD, INVITATION_LIFETIME, uow)
    uow.emit(events.PasswordResetRequested(account_id=account.id, token=secret, expires_at=expires_at), about=account.about)
    return Done(id=account.id)


def confirm_email(call: rpc.ConfirmEmail, ports: Ports) -> Done:
    """Raises UnknownToken."""
    account_id = ports.uow.mail_tokens.take(digest(call.token), MailPurpose.CONFIRM_EMAIL, ports.uow.now)
    account = ports.uow.accounts.get(account_id, lock=True) if account_id else None
    if account is None:
        raise UnknownToken()
    note_email_confirmed(account, ports.uow)
    return Done(id=account.id)


def note_email_confirmed(account: Account, uow: UnitOfWork) -> None:
    """The person has shown that he reads this mailbox."""
    if account.email_confirmed_at is None:
        account.email_confirmed_at = uow.now
        uow.emit(events.EmailConfirmed(account_id=account.id), about=account.about)


def send_secret(account: Account, purpose: MailPurpose, lifetime: timedelta, uow: UnitOfWork) -> tuple[str, datetime]:
    """A fresh one-use secret for a mail, and until when it is good; earlier ones for the same purpose are void."""
    secret, expires_at = new_secret(), uow.now + lifetime
    uow.mail_tokens.drop_all(account.id, purpose)
    uow.mail_tokens.add(MailToken(secret_sha256=digest(secret), account_id=account.id, purpose=purpose, expires_at=expires_at))
    return secret, expires_at


def _new_account(call: rpc.RegisterCompany | rpc.RegisterExpert, ports: Ports, role: Role) -> Account:
    """Checked but not stored, and without its password yet: hashing comes last, it is dear."""
    if not call.accept_terms:
        raise TermsNotAccepted(field="accept_terms")
    now = ports.uow.now
    return Account(
        id=new_id("acc", now),
        role=role,
        email=fields.email_address(call.email),
        password_hash=NO_PASSWORD,
        first_name=fields.text(call.first_name, "first_name", longest=100),
        last_name=fields.text(call.last_name, "last_name", longest=100),
        phone=fields.phone_number(call.phone),
        locale=fields.accepted_locale(call.locale),
        created_at=now,
        referral_code=new_referral_code(),
    )


def _join(account: Account, code: str | None, ports: Ports, company_name: str = "") -> None:
    """Stores the account with its consent to the terms, thanks who brought it (M69), and asks to confirm the address."""
    uow = ports.uow
    referrer = _referrer(code, uow)
    account.referred_by = referrer.id if referrer else None
    uow.accounts.add(account)
    consent = Consent(
        id=new_id("con", uow.now), account_id=account.id, kind="terms", version=ports.rules.terms_version, at=uow.now
    )
    uow.consents.add(consent)
    _tell_registered(account, uow, company_name)
    secret, expires_at = send_secret(account, MailPurpose.CONFIRM_EMAIL, CONFIRMATION_LIFETIME, uow)
    uow.emit(events.EmailConfirmationRequested(account_id=account.id, token=secret, expires_at=expires_at), about=account.about)
    if referrer and referrer.referral_code:
        joined = events.ReferralJoined(referrer_account_id=referrer.id, account_id=account.id, code=referrer.referral_code)
        uow.emit(joined, about=account.about)


def _referrer(code: str | None, uow: UnitOfWork) -> Account | None:
    if code is None or not code.strip():
        return None
    known = code.strip().upper()
    referrer = uow.accounts.by_referral_code(known) if known.isascii() and known.isalnum() else None
    if referrer is None:
        raise InvalidIdentifier("There is no such referral code", field="referral_code")
    return referrer


def _tell_registered(account: Account, uow: UnitOfWork, company_name: str = "") -> None:
    uow.emit(
        events.AccountRegistered(
            account_id=account.id,
            role=account.role,
            email=account.email,
            first_name=account.first_name,
            last_name=account.last_name,
            phone=account.phone,
            locale=account.locale,
            expert_id=account.expert_id,
            company_id=account.company_id,
            company_name=company_name,
            rights=tuple(account.rights),
        ),
        about=account.about,
    )
