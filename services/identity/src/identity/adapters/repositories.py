"""Identity's store on PostgreSQL: what `use_cases.ports` asks for, over one unit of work of the chassis."""

from collections.abc import Collection
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import CursorResult, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session as Database

from chassis.tables import IDEMPOTENCY
from chassis.uow import UnitOfWork
from contracts.identity.v1.errors import EmailTaken
from contracts.identity.v1.rpc import AdmissionState
from contracts.wire import Event
from identity.adapters import orm
from identity.domain.account import Account
from identity.domain.admission import AdmissionCase
from identity.domain.attempts import AttemptWindow
from identity.domain.company import Company
from identity.domain.expert import Consent, Expert
from identity.domain.kyc import KycCase
from identity.domain.legal_entity import LegalEntity
from identity.domain.session import MailPurpose, MailToken, Session

T = TypeVar("T")


class _Rows(Generic[T]):
    """One noun's rows. `add` writes at once, so that rows which refer to it may follow."""

    shape: type[T]

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, thing: T) -> None:
        self._database.add(thing)
        self._database.flush()

    def get(self, key: str, *, lock: bool = False) -> T | None:
        return self._database.get(self.shape, key, with_for_update=True if lock else None, populate_existing=lock)


class Accounts(_Rows[Account]):
    shape = Account

    def add(self, account: Account) -> None:
        try:
            super().add(account)
        except IntegrityError as error:
            if getattr(error.orig, "diag", None) and error.orig.diag.constraint_name == "one_account_an_email":  # type: ignore[union-attr]
                raise EmailTaken(field="email") from None
            raise

    def many(self, account_ids: Collection[str]) -> dict[str, Account]:
        found = self._database.scalars(select(Account).where(orm.ACCOUNT.c.id.in_(account_ids)))
        return {account.id: account for account in found}

    def by_email(self, email: str) -> Account | None:
        return self._database.scalar(select(Account).where(orm.ACCOUNT.c.email == email))

    def by_referral_code(self, code: str) -> Account | None:
        return self._database.scalar(select(Account).where(orm.ACCOUNT.c.referral_code == code))

    def count_referred_by(self, account_id: str) -> int:
        return self._count(orm.ACCOUNT.c.referred_by == account_id)

    def colleagues_of(self, account: Account) -> int:
        here, others = orm.ACCOUNT.c.company_id == account.company_id, orm.ACCOUNT.c.id != account.id
        return self._count(here, others, orm.ACCOUNT.c.erased_at.is_(None))

    def forget_traces(self, account: Account) -> None:
        answer = IDEMPOTENCY.c.answer
        of_expert = answer["expert_id"].astext == account.expert_id  # a committee's answers name the expert
        traces = or_(IDEMPOTENCY.c.caller == account.id, answer["account_id"].astext == account.id, of_expert)
        self._database.execute(delete(IDEMPOTENCY).where(traces))

    def _count(self, *conditions: Any) -> int:
        return self._database.scalar(select(func.count()).select_from(orm.ACCOUNT).where(*conditions)) or 0


class Sessions(_Rows[Session]):
    shape = Session

    def by_secret(self, secret_sha256: str) -> tuple[Session, Account] | None:
        joined = select(Session, Account).join(Account, orm.ACCOUNT.c.id == orm.SESSION.c.account_id)
        found = self._database.execute(joined.where(orm.SESSION.c.secret_sha256 == secret_sha256)).first()
        return (found[0], found[1]) if found else None

    def open_of(self, account_id: str, now: datetime) -> list[Session]:
        mine, running = orm.SESSION.c.account_id == account_id, orm.SESSION.c.expires_at > now
        is_open = select(Session).where(mine, running, orm.SESSION.c.revoked_at.is_(None))
        return list(self._database.scalars(is_open.order_by(orm.SESSION.c.id.desc())))

    def revoke_all(self, account_id: str, now: datetime, *, but: str | None = None) -> None:
        still_open = orm.SESSION.c.account_id == account_id, orm.SESSION.c.revoked_at.is_(None)
        ended = update(orm.SESSION).where(*still_open, orm.SESSION.c.id.is_distinct_from(but))
        self._database.execute(ended.values(revoked_at=now))

    def drop_all(self, account_id: str) -> None:
        self._database.execute(delete(orm.SESSION).where(orm.SESSION.c.account_id == account_id))


class MailTokens(_Rows[MailToken]):
    shape = MailToken

    def find(self, secret_sha256: str, purpose: MailPurpose, now: datetime) -> MailToken | None:
        return self._database.scalar(select(MailToken).where(*_good(secret_sha256, purpose, now)))

    def take(self, secret_sha256: str, purpose: MailPurpose, now: datetime) -> str | None:
        taking = delete(orm.MAIL_TOKEN).where(*_good(secret_sha256, purpose, now)).returning(orm.MAIL_TOKEN.c.account_id)
        return self._database.scalar(taking)

    def drop_all(self, account_id: str, purpose: MailPurpose | None = None) -> None:
        dropping = delete(orm.MAIL_TOKEN).where(orm.MAIL_TOKEN.c.account_id == account_id)
        self._database.execute(dropping if purpose is None else dropping.where(orm.MAIL_TOKEN.c.purpose == purpose))


class Attempts(_Rows[AttemptWindow]):
    """In PostgreSQL: all processes count together and a restart forgets nothing; the `limits` library has no such storage."""

    shape = AttemptWindow

    def window(self, key: str, now: datetime) -> AttemptWindow:
        fresh = insert(orm.ATTEMPT_WINDOW).values(key=key, started_at=now, ends_at=now, count=0)
        self._database.execute(fresh.on_conflict_do_nothing())
        locked = select(AttemptWindow).where(orm.ATTEMPT_WINDOW.c.key == key).with_for_update()
        return self._database.scalars(locked.execution_options(populate_existing=True)).one()


class Companies(_Rows[Company]):
    shape = Company


class Experts(_Rows[Expert]):
    shape = Expert

    def many(self, expert_ids: Collection[str]) -> dict[str, Expert]:
        found = self._database.scalars(select(Expert).where(orm.EXPERT.c.id.in_(expert_ids)))
        return {expert.id: expert for expert in found}


class Consents(_Rows[Consent]):
    shape = Consent

    def forget_origin(self, account_id: str) -> None:
        self._database.execute(update(orm.CONSENT).where(orm.CONSENT.c.account_id == account_id).values(ip="", user_agent=""))


class LegalEntities(_Rows[LegalEntity]):
    shape = LegalEntity


class Admissions(_Rows[AdmissionCase]):
    shape = AdmissionCase

    def page(self, state: AdmissionState | None, before: str | None, limit: int) -> list[AdmissionCase]:
        cases = orm.ADMISSION_CASE.c
        asked = cases.state != AdmissionState.NONE if state is None else cases.state == state
        wanted = select(AdmissionCase).where(asked, cases.state != AdmissionState.NONE)
        if before is not None:
            wanted = wanted.where(cases.expert_id < before)
        return list(self._database.scalars(wanted.order_by(cases.expert_id.desc()).limit(limit)))


class KycCases(_Rows[KycCase]):
    shape = KycCase


class IdentityUnitOfWork:
    """The chassis' unit of work with identity's rows in it."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self.accounts = Accounts(uow.session)
        self.sessions = Sessions(uow.session)
        self.mail_tokens = MailTokens(uow.session)
        self.attempts = Attempts(uow.session)
        self.companies = Companies(uow.session)
        self.experts = Experts(uow.session)
        self.consents = Consents(uow.session)
        self.legal_entities = LegalEntities(uow.session)
        self.admissions = Admissions(uow.session)
        self.kyc_cases = KycCases(uow.session)

    @property
    def now(self) -> datetime:
        return self._uow.now

    @property
    def occurred_at(self) -> datetime:
        return self._uow.occurred_at

    def emit(self, event: Event, *, about: str) -> None:
        self._uow.emit(event, about=about)

    def released(self) -> AbstractContextManager[None]:
        return self._uow.released()

    def commit_and_go_on(self) -> None:
        self._uow.commit_and_go_on()

    def sweep(self, before: datetime) -> int:
        sessions, tokens, windows = orm.SESSION.c, orm.MAIL_TOKEN.c, orm.ATTEMPT_WINDOW.c
        endings = (
            delete(orm.SESSION).where(or_(sessions.expires_at < before, sessions.revoked_at < before)),
            delete(orm.MAIL_TOKEN).where(tokens.expires_at < before),
            delete(orm.ATTEMPT_WINDOW).where(windows.ends_at < before),
        )
        return sum(self._rows(self._uow.session.execute(ending)) for ending in endings)

    @staticmethod
    def _rows(result: Any) -> int:
        return result.rowcount if isinstance(result, CursorResult) else 0


def _good(secret_sha256: str, purpose: MailPurpose, now: datetime) -> tuple[Any, ...]:
    tokens = orm.MAIL_TOKEN.c
    return tokens.secret_sha256 == secret_sha256, tokens.purpose == purpose, tokens.expires_at > now
