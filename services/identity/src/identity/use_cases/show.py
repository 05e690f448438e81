"""Turns what this service knows into the contract's views; a view never carries a whole IBAN or a hash."""

from contracts.identity.v1 import rpc
from contracts.wire import Actor, Role
from identity.domain import identifiers
from identity.domain.account import Account
from identity.domain.admission import AdmissionCase, missing_for, reaches_threshold
from identity.domain.company import Company
from identity.domain.expert import Expert
from identity.domain.kyc import KycCase
from identity.domain.legal_entity import LegalEntity
from identity.domain.session import Session
from identity.use_cases.ports import Ports


def show_account(account: Account) -> rpc.AccountView:
    return rpc.AccountView(
        account_id=account.id,
        role=account.role,
        email=account.email,
        first_name=account.first_name,
        last_name=account.last_name,
        phone=account.phone,
        locale=account.locale,
        email_confirmed=account.email_confirmed_at is not None,
        created_at=account.created_at,
        expert_id=account.expert_id,
        company_id=account.company_id,
        rights=tuple(account.rights),
    )


def show_session(session: Session) -> rpc.SessionInfo:
    return rpc.SessionInfo(
        session_id=session.id,
        purpose=session.purpose.value,
        name=session.name,
        created_at=session.created_at,
        expires_at=session.expires_at,
        last_used_at=session.last_used_at,
    )


def show_company(company: Company) -> rpc.CompanyView:
    return rpc.CompanyView(
        company_id=company.id,
        kind=company.kind,
        name=company.name,
        address=company.address,
        siren=company.siren,
        vat_id=company.vat_id,
        accounting_email=company.accounting_email,
        purchase_order_number=company.purchase_order_number,
        complete=not company.missing,
    )


def show_legal_entity(entity: LegalEntity) -> rpc.LegalEntityView:
    known = entity.details
    if known is None:
        return rpc.LegalEntityView(expert_id=entity.expert_id, state=entity.state.value)
    return rpc.LegalEntityView(
        expert_id=entity.expert_id,
        state=entity.state.value,
        legal_form=known.legal_form,
        legal_name=known.legal_name,
        address=known.address,
        siren=known.siren,
        vat_status=known.vat_status,
        vat_id=known.vat_id,
        share_capital_cents=known.share_capital_cents,
        registry=known.registry,
        legal_mentions=known.legal_mentions,
        iban_masked=identifiers.masked_iban(known.iban),
        account_holder=known.account_holder,
    )


def show_admission(case: AdmissionCase, expert: Expert, name: str, actor: Actor, ports: Ports) -> rpc.AdmissionView:
    """The committee sees each vote's reason; the expert sees what he was told."""
    rules, now = ports.rules, ports.uow.now
    missing = (
        missing_for(expert, rules.policy, rules.charter.version, case.reference_letters) if case.submitted_at is None else ()
    )
    if case.submitted_at is None and not reaches_threshold(expert, rules.policy, now):
        missing = ("threshold", *missing)
    told = (case.reason,) if case.reason else ()
    return rpc.AdmissionView(
        expert_id=case.expert_id,
        state=case.state,
        name=name,
        age_years=expert.age_years(now),
        years_of_experience=expert.years_of_experience,
        charter_signed=expert.charter_version == rules.charter.version,
        reference_letters=case.reference_letters,
        votes_for=case.votes_for,
        votes_against=case.votes_against,
        votes_required=case.votes_required or rules.policy.admission_votes_required,
        missing=missing,
        reasons=told if actor.role is Role.EXPERT else tuple(vote.reason for vote in case.votes if vote.reason) + told,
    )


def show_kyc(case: KycCase, entity: LegalEntity) -> rpc.KycView:
    known = entity.details
    documents = sorted(case.documents, key=lambda document: (document.submitted_at, document.id))
    return rpc.KycView(
        expert_id=case.expert_id,
        state=case.state,
        documents=tuple(
            rpc.KycDocumentView(
                document_id=document.id,
                kind=document.kind,
                state=document.state,
                reason=document.reason,
                submitted_at=document.submitted_at,
            )
            for document in documents
        ),
        asked=case.asked(known is not None, known is not None and known.is_sole_trader),
    )
