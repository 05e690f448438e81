"""Repositories over one SQLAlchemy session: what the ports ask for, in SQL. None of them commits."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from contracts.payments.v1.rpc import PayeeState, PayinState
from kernel.money import Money
from payments.adapters.orm import (
    ESCROW,
    OPERATION,
    PAYEE,
    PAYEE_DOCUMENT,
    PAYER,
    PAYIN,
    PAYOUT,
    POLL,
    PROVIDER_EVENT,
    TRANSFER_IN,
)
from payments.domain import operation as op
from payments.domain import payout as po
from payments.domain.escrow import Escrow
from payments.domain.operation import Operation
from payments.domain.payee import PENDING, Payee, PayeeDocument
from payments.domain.payin import BLOCKING, CARD, Payin
from payments.domain.payout import Payout
from payments.use_cases.ports import Payer, Poll, SeenEvent, TransferIn

T = TypeVar("T")
PAID_WATCHED, PAID_EVERY = timedelta(days=10), timedelta(hours=6)
UNVERIFIED_EVERY, VERIFIED_EVERY = timedelta(minutes=10), timedelta(days=1)


class Repository:
    def __init__(self, session: Session) -> None:
        self.session = session

    def _one(self, shape: type[T], where: ColumnElement[bool], *, lock: bool = False) -> T | None:
        return self.session.scalars(_locked(select(shape).where(where), lock)).first()

    def _all(self, query: Select[tuple[T]]) -> list[T]:
        return list(self.session.scalars(query))


def _locked(query: Select[Any], lock: bool = True, *, skip: bool = False) -> Select[Any]:
    """Locks the rows and reads them as they are now, whatever was read before."""
    return query.with_for_update(skip_locked=skip).execution_options(populate_existing=True) if lock else query


def _older(column: ColumnElement[Any], moment: datetime) -> ColumnElement[bool]:
    return or_(column.is_(None), column <= moment)


class SqlEscrows(Repository):
    def get(self, mission_id: str) -> Escrow | None:
        return self._one(Escrow, ESCROW.c.mission_id == mission_id)

    def lock(self, mission_id: str) -> Escrow | None:
        return self._one(Escrow, ESCROW.c.mission_id == mission_id, lock=True)

    def add(self, escrow: Escrow) -> None:
        self.session.add(escrow)
        self.session.flush()


class SqlPayins(Repository):
    def get(self, payin_id: str) -> Payin | None:
        return self._one(Payin, PAYIN.c.id == payin_id)

    def lock(self, payin_id: str) -> Payin | None:
        return self._one(Payin, PAYIN.c.id == payin_id, lock=True)

    def of_command(self, command_key: str) -> Payin | None:
        return self._one(Payin, PAYIN.c.command_key == command_key)

    def of_intent(self, intent_ref: str) -> Payin | None:
        return self._one(Payin, PAYIN.c.intent_ref == intent_ref)

    def of_reference(self, company_id: str, reference: str) -> Payin | None:
        return self._one(Payin, and_(PAYIN.c.company_id == company_id, PAYIN.c.reference == reference, PAYIN.c.reference != ""))

    def blocking(self, mission_id: str, instalment: int) -> Payin | None:
        mine = and_(PAYIN.c.mission_id == mission_id, PAYIN.c.instalment == instalment)
        return self._one(Payin, and_(mine, PAYIN.c.state.in_(BLOCKING)))

    def of_mission(self, mission_id: str) -> Sequence[Payin]:
        return self._all(select(Payin).where(PAYIN.c.mission_id == mission_id).order_by(PAYIN.c.id.desc()))

    def challenged_before(self, moment: datetime) -> Sequence[Payin]:
        challenged = and_(PAYIN.c.state == PayinState.REQUIRES_ACTION, PAYIN.c.means == CARD, PAYIN.c.created_at < moment)
        return self._all(select(Payin).where(challenged).limit(100))

    def add(self, payin: Payin) -> None:
        self.session.add(payin)
        self.session.flush()


class SqlTransfers(Repository):
    def get(self, ref: str) -> TransferIn | None:
        return self.session.get(TransferIn, ref)

    def lock(self, ref: str) -> TransferIn | None:
        return self._one(TransferIn, TRANSFER_IN.c.ref == ref, lock=True)

    def of_payin(self, payin_id: str) -> Sequence[TransferIn]:
        return self._all(_locked(select(TransferIn).where(TRANSFER_IN.c.payin_id == payin_id).order_by(TRANSFER_IN.c.ref)))

    def unallocated(self, after: TransferIn | None, limit: int) -> Sequence[TransferIn]:
        place = tuple_(TRANSFER_IN.c.received_at, TRANSFER_IN.c.ref)
        query = select(TransferIn).where(TRANSFER_IN.c.unallocated > Money(0)).order_by(place.desc()).limit(limit)
        return self._all(query if after is None else query.where(place < (after.received_at, after.ref)))

    def add(self, transfer: TransferIn) -> None:
        self.session.add(transfer)
        self.session.flush()


class SqlPayers(Repository):
    def get(self, company_id: str) -> Payer | None:
        return self.session.get(Payer, company_id)

    def of_ref(self, provider_ref: str) -> Payer | None:
        return self._one(Payer, PAYER.c.provider_ref == provider_ref)

    def of_iban(self, iban: str) -> Payer | None:
        return self._one(Payer, PAYER.c.iban == iban)

    def add(self, payer: Payer) -> None:
        row = {"company_id": payer.company_id, "provider_ref": payer.provider_ref, "iban": payer.iban}
        self.session.execute(upsert(PAYER).values(row).on_conflict_do_nothing())


class SqlPayees(Repository):
    def get(self, expert_id: str) -> Payee | None:
        return self._one(Payee, PAYEE.c.expert_id == expert_id)

    def lock(self, expert_id: str) -> Payee | None:
        return self._one(Payee, PAYEE.c.expert_id == expert_id, lock=True)

    def of_account(self, account_ref: str) -> Payee | None:
        return self._one(Payee, PAYEE.c.account_ref == account_ref)

    def lock_account(self, account_ref: str) -> Payee | None:
        return self._one(Payee, PAYEE.c.account_ref == account_ref, lock=True)

    def to_check(self, now: datetime) -> Sequence[Payee]:
        handed_in = and_(PAYEE_DOCUMENT.c.state == PENDING, PAYEE_DOCUMENT.c.file_ref.is_not(None))
        unanswered = PAYEE.c.expert_id.in_(select(PAYEE_DOCUMENT.c.expert_id).where(handed_in))
        unverified = and_(PAYEE.c.state != PayeeState.VERIFIED, _older(PAYEE.c.checked_at, now - UNVERIFIED_EVERY))
        due = or_(unanswered, unverified, _older(PAYEE.c.checked_at, now - VERIFIED_EVERY))
        query = select(Payee).where(PAYEE.c.account_ref.is_not(None), due).order_by(PAYEE.c.checked_at.nulls_first()).limit(100)
        return self._all(_locked(query, skip=True))

    def ensure(self, expert_id: str) -> Payee:
        blank = {
            "expert_id": expert_id,
            "state": PayeeState.INCOMPLETE,
            "due": (),
            "iban_country": "",
            "new_bank": False,
            "learned": 0,
        }
        self.session.execute(upsert(PAYEE).values(blank).on_conflict_do_nothing())
        return self.session.scalars(_locked(select(Payee).where(PAYEE.c.expert_id == expert_id))).one()

    def documents(self, expert_id: str) -> Sequence[PayeeDocument]:
        mine = select(PayeeDocument).where(PAYEE_DOCUMENT.c.expert_id == expert_id)
        return self._all(mine.order_by(PAYEE_DOCUMENT.c.submitted_at))

    def document(self, document_id: str) -> PayeeDocument | None:
        return self.session.get(PayeeDocument, document_id)

    def add_document(self, document: PayeeDocument) -> None:
        self.session.add(document)
        self.session.flush()


class SqlPayouts(Repository):
    def get(self, payout_id: str) -> Payout | None:
        return self._one(Payout, PAYOUT.c.id == payout_id)

    def lock(self, payout_id: str) -> Payout | None:
        return self._one(Payout, PAYOUT.c.id == payout_id, lock=True)

    def lock_ref(self, provider_ref: str) -> Payout | None:
        return self._one(Payout, PAYOUT.c.provider_ref == provider_ref, lock=True)

    def of_expert(self, expert_id: str, states: Sequence[str]) -> Sequence[Payout]:
        mine = select(Payout).where(PAYOUT.c.expert_id == expert_id, PAYOUT.c.state.in_(states))
        return self._all(_locked(mine.order_by(PAYOUT.c.id)))

    def due(self, today: date) -> Sequence[Payout]:
        ready = and_(PAYOUT.c.state == po.SCHEDULED, PAYOUT.c.transferred_at.is_not(None), PAYOUT.c.scheduled_on <= today)
        return self._all(_locked(select(Payout).where(ready).order_by(PAYOUT.c.id).limit(50), skip=True))

    def to_check(self, today: date, now: datetime) -> Sequence[Payout]:
        late = and_(PAYOUT.c.state == po.IN_TRANSIT, PAYOUT.c.arrives_on <= today)
        watched = and_(PAYOUT.c.state == po.PAID, PAYOUT.c.paid_at > now - PAID_WATCHED)
        due = or_(late, and_(watched, _older(PAYOUT.c.checked_at, now - PAID_EVERY)))
        query = select(Payout).where(due).order_by(PAYOUT.c.checked_at.nulls_first(), PAYOUT.c.id).limit(100)
        return self._all(_locked(query, skip=True))

    def page(self, expert_id: str | None, mission_id: str | None, cursor: str | None, limit: int) -> Sequence[Payout]:
        query = select(Payout).order_by(PAYOUT.c.id.desc()).limit(limit)
        for column, value in ((PAYOUT.c.expert_id, expert_id), (PAYOUT.c.mission_id, mission_id)):
            query = query if value is None else query.where(column == value)
        return self._all(query if cursor is None else query.where(PAYOUT.c.id < cursor))

    def of_mission(self, mission_id: str) -> Sequence[Payout]:
        return self._all(select(Payout).where(PAYOUT.c.mission_id == mission_id))

    def add(self, payout: Payout) -> None:
        self.session.add(payout)
        self.session.flush()


class SqlOperations(Repository):
    def intend(self, operation: Operation) -> bool:
        row = {column.name: getattr(operation, column.name) for column in OPERATION.columns}
        kept = upsert(OPERATION).values(row).on_conflict_do_nothing(index_elements=["intent"]).returning(OPERATION.c.id)
        return self.session.execute(kept).first() is not None

    def lock(self, operation_id: str) -> Operation | None:
        return self._one(Operation, OPERATION.c.id == operation_id, lock=True)

    def of_intent(self, intent: str) -> Operation | None:
        return self._one(Operation, OPERATION.c.intent == intent)

    def of_subject(self, subject: str, kinds: Sequence[str]) -> Sequence[Operation]:
        theirs = and_(OPERATION.c.subject == subject, OPERATION.c.kind.in_(kinds))
        return self._all(select(Operation).where(theirs).order_by(OPERATION.c.id))

    def take_due(self, now: datetime) -> Operation | None:
        waiting = and_(OPERATION.c.state.in_((op.DUE, op.UNKNOWN)), OPERATION.c.next_attempt_at <= now)
        abandoned = and_(OPERATION.c.state == op.LEASED, OPERATION.c.locked_until <= now)
        query = select(Operation).where(or_(waiting, abandoned)).order_by(OPERATION.c.next_attempt_at.nulls_first()).limit(1)
        return self.session.scalars(_locked(query, skip=True)).first()

    def open_by_state(self) -> Mapping[str, int]:
        open_ones = select(OPERATION.c.state, func.count()).where(OPERATION.c.state.in_((*op.OPEN, op.PARKED)))
        return {row[0]: row[1] for row in self.session.execute(open_ones.group_by(OPERATION.c.state))}

    def page(self, state: str | None, cursor: str | None, limit: int) -> Sequence[Operation]:
        query = select(Operation).order_by(OPERATION.c.id.desc()).limit(limit)
        query = query if state is None else query.where(OPERATION.c.state == state)
        return self._all(query if cursor is None else query.where(OPERATION.c.id < cursor))


class SqlProviderEvents(Repository):
    def look_again(self, event: SeenEvent) -> None:
        again = {"state": "waiting", "attempts": 0, "next_attempt_at": event.next_attempt_at}
        kept = upsert(PROVIDER_EVENT).values(_row(event))
        done = PROVIDER_EVENT.c.state == "done"
        self.session.execute(kept.on_conflict_do_update(index_elements=["id"], set_=again, where=done))

    def add(self, event: SeenEvent) -> bool:
        row = _row(event)
        done = self.session.execute(upsert(PROVIDER_EVENT).values(row).on_conflict_do_nothing().returning(PROVIDER_EVENT.c.id))
        return done.first() is not None

    def take_due(self, now: datetime) -> SeenEvent | None:
        due = and_(PROVIDER_EVENT.c.state == "waiting", PROVIDER_EVENT.c.next_attempt_at <= now)
        query = select(SeenEvent).where(due).order_by(PROVIDER_EVENT.c.next_attempt_at, PROVIDER_EVENT.c.id).limit(1)
        return self.session.scalars(_locked(query, skip=True)).first()

    def take_poll(self, name: str, now: datetime) -> Poll | None:
        self.session.execute(upsert(POLL).values(name=name, next_at=now).on_conflict_do_nothing())
        return self.session.scalars(_locked(select(Poll).where(POLL.c.name == name, POLL.c.next_at <= now), skip=True)).first()


def _row(event: SeenEvent) -> dict[str, Any]:
    return {column.name: getattr(event, column.name) for column in PROVIDER_EVENT.columns}
