"""The tables of payments, and how the domain's objects are kept in them.

What must never be, the database refuses: a second active pay-in of an instalment, an effect intended twice, an unbalanced
journal, a changed entry, an escrow below zero (the ledger's rules are SQL, in migrations/versions/0001_first.py).
"""

from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import registry, relationship

from chassis import codec
from chassis.tables import add_chassis_tables
from contracts.contracting.v1.rpc import CommissionTerms
from contracts.payments.v1.rpc import InstalmentState, PayeeState, PayinState
from kernel.money import Money
from payments.domain.escrow import Escrow, EscrowState, Instalment
from payments.domain.operation import Operation
from payments.domain.payee import Payee, PayeeDocument
from payments.domain.payin import BLOCKING, Payin
from payments.domain.payout import Payout
from payments.use_cases.ports import Payer, Poll, SeenEvent, TransferIn

CURRENCY = "EUR"


class Cents(sa.types.TypeDecorator[Money]):
    """Euros, kept as integer cents."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: Money | None, dialect: Any) -> int | None:
        if value is None:
            return None
        if value.currency != CURRENCY:
            raise ValueError(f"only {CURRENCY} is kept here, not {value.currency}")
        return value.amount

    def process_result_value(self, value: Any, dialect: Any) -> Money | None:
        return None if value is None else Money(int(value), CURRENCY)  # a sum comes as a decimal


class Terms(sa.types.TypeDecorator[CommissionTerms]):
    """Frozen commission terms, kept as JSON."""

    impl = JSONB
    cache_ok = True

    def process_bind_param(self, value: CommissionTerms | None, dialect: Any) -> Any:
        return codec.to_wire(value)

    def process_result_value(self, value: Any, dialect: Any) -> CommissionTerms:
        return codec.from_wire(CommissionTerms, value)


class Words(sa.types.TypeDecorator[tuple[str, ...]]):
    """A tuple of words, kept as JSON."""

    impl = JSONB
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Any) -> Any:
        return list(value or ())

    def process_result_value(self, value: Any, dialect: Any) -> tuple[str, ...]:
        return tuple(value)


def _state(of: type[StrEnum]) -> sa.Column[Any]:
    kept_as = sa.Enum(of, native_enum=False, length=20, values_callable=lambda every: [one.value for one in every])
    return sa.Column("state", kept_as, nullable=False)


def _text(name: str, *, nullable: bool = False, **more: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.String, nullable=nullable, **more)


def _at(name: str, *, nullable: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _cents(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, Cents, nullable=nullable)


mapper = registry()
metadata = mapper.metadata

ESCROW = sa.Table(
    "escrow",
    metadata,
    _text("mission_id", primary_key=True),
    _text("reference"),
    _text("company_id", index=True),
    _text("expert_id", index=True),
    _text("buyer_name"),
    _text("buyer_email"),
    sa.Column("commission", Terms, nullable=False),
    sa.Column("payout_days", JSONB, nullable=False),
    _text("policy"),
    _text("policy_version"),
    _at("opened_at", nullable=False),
    _state(EscrowState),
)
INSTALMENT = sa.Table(
    "instalment",
    metadata,
    sa.Column("mission_id", sa.ForeignKey("escrow.mission_id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    _cents("ht"),
    _cents("vat"),
    _cents("ttc"),
    _state(InstalmentState),
    _text("means"),
    _text("charge_ref"),
    _at("authorised_at"),
    _at("funded_at"),
    _at("released_at"),
    _at("refunded_at"),
    _cents("commission_ht", nullable=True),
    _cents("commission_vat", nullable=True),
)
PAYIN = sa.Table(
    "payin",
    metadata,
    _text("id", primary_key=True),
    _text("mission_id"),
    sa.Column("instalment", sa.Integer, nullable=False),
    _text("company_id"),
    _text("means"),
    _cents("amount"),
    _cents("received"),
    _at("created_at", nullable=False),
    _text("command_key", unique=True),
    _state(PayinState),
    _text("payment_method"),
    _text("intent_ref", nullable=True, unique=True),
    _text("next_action_url"),
    _text("account_holder"),
    _text("iban"),
    _text("bic"),
    _text("reference"),
    _text("decline_code"),
)
_blocking = PAYIN.c.state.in_(BLOCKING)
sa.Index("payin_once", PAYIN.c.mission_id, PAYIN.c.instalment, unique=True, postgresql_where=_blocking)
sa.Index("payin_reference", PAYIN.c.reference)
TRANSFER_IN = sa.Table(
    "transfer_in",
    metadata,
    _text("ref", primary_key=True),
    _text("company_id", index=True),
    _text("reference"),
    _cents("amount"),
    _at("received_at", nullable=False),
    _text("payin_id", nullable=True, index=True),
    _cents("unallocated"),
    _text("mission_id", nullable=True),
    _text("payment_ref", nullable=True),
)
sa.Index("transfer_in_unallocated", TRANSFER_IN.c.received_at, TRANSFER_IN.c.ref, postgresql_where=sa.text("unallocated > 0"))
PAYER = sa.Table(
    "payer",
    metadata,
    _text("company_id", primary_key=True),
    _text("provider_ref", unique=True),
    _text("iban", nullable=True, index=True),
)
PAYEE = sa.Table(
    "payee",
    metadata,
    _text("expert_id", primary_key=True),
    _state(PayeeState),
    sa.Column("due", Words, nullable=False),
    sa.Column("details", JSONB),
    _text("iban_country"),
    _text("account_ref", nullable=True, unique=True),
    _at("details_as_of"),
    _at("erased_at"),
    sa.Column("new_bank", sa.Boolean, nullable=False),
    sa.Column("learned", sa.Integer, nullable=False),
    _at("checked_at"),
)
PAYEE_DOCUMENT = sa.Table(
    "payee_document",
    metadata,
    _text("document_id", primary_key=True),
    _text("expert_id", index=True),
    _text("kind"),
    _at("submitted_at", nullable=False),
    _text("file_ref", nullable=True),
    _text("state"),
    _text("reason"),
)
PAYOUT = sa.Table(
    "payout",
    metadata,
    _text("id", primary_key=True),
    _text("expert_id", index=True),
    _text("mission_id", index=True),
    sa.Column("instalment", sa.Integer, nullable=False),
    _cents("amount"),
    sa.Column("scheduled_on", sa.Date, nullable=False),
    _at("created_at", nullable=False),
    _text("state"),
    sa.Column("attempt", sa.Integer, nullable=False),
    _at("transferred_at"),
    _text("provider_ref", nullable=True, unique=True),
    _text("account_ref", nullable=True),
    sa.Column("arrives_on", sa.Date),
    _at("paid_at"),
    _text("failure"),
    _at("checked_at"),
    sa.UniqueConstraint("mission_id", "instalment"),
)
sa.Index("payout_open", PAYOUT.c.state, PAYOUT.c.scheduled_on, postgresql_where=PAYOUT.c.state.in_(("scheduled", "in_transit")))
OPERATION = sa.Table(
    "operation",
    metadata,
    _text("id", primary_key=True),
    _text("kind"),
    _text("intent", unique=True),
    _text("subject", index=True),
    sa.Column("input", JSONB, nullable=False),
    _text("input_hash"),
    _at("created_at", nullable=False),
    _text("state"),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("bugs", sa.Integer, nullable=False),
    sa.Column("generation", sa.Integer, nullable=False),
    _at("next_attempt_at"),
    _at("locked_until"),
    _at("first_called_at"),
    sa.Column("must_look_up", sa.Boolean, nullable=False),
    _text("error"),
    _text("ref"),
    _at("ended_at"),
    _at("called_at"),
    sa.Column("doubtful", sa.Boolean, nullable=False),
)
sa.Index(
    "operation_open", OPERATION.c.next_attempt_at, OPERATION.c.locked_until,
    postgresql_where=OPERATION.c.state.in_(("due", "unknown", "leased")),
)  # fmt: skip
PROVIDER_EVENT = sa.Table(
    "provider_event",
    metadata,
    _text("id", primary_key=True),
    _text("type"),
    _text("object_id"),
    _text("parent_id"),
    _text("account_ref"),
    _at("received_at", nullable=False),
    _text("state"),
    sa.Column("attempts", sa.Integer, nullable=False),
    _at("next_attempt_at"),
    _text("error"),
)
sa.Index("provider_event_open", PROVIDER_EVENT.c.next_attempt_at, postgresql_where=PROVIDER_EVENT.c.state == "waiting")
POLL = sa.Table("poll", metadata, _text("name", primary_key=True), _text("cursor", nullable=True), _at("next_at", nullable=False))
JOURNAL = sa.Table(
    "journal",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    _at("at", nullable=False),
    _text("kind"),
    _text("mission_id", nullable=True, index=True),
    _text("key", unique=True),
    _text("body_hash"),
)
ENTRY = sa.Table(
    "entry",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("journal_id", sa.ForeignKey("journal.id"), nullable=False, index=True),
    _text("account", index=True),
    _cents("amount"),
    sa.CheckConstraint("amount <> 0", name="entry_moves_something"),
)
BALANCE = sa.Table(
    "balance",
    metadata,
    _text("account", primary_key=True),
    _cents("owed"),
    sa.CheckConstraint("owed >= 0", name="balance_never_negative"),
)

add_chassis_tables(metadata)
mapper.map_imperatively(Instalment, INSTALMENT)
mapper.map_imperatively(
    Escrow, ESCROW, properties={"instalments": relationship(Instalment, order_by=INSTALMENT.c.number, lazy="selectin")}
)
for _shape, _table in (
    (Payin, PAYIN),
    (TransferIn, TRANSFER_IN),
    (Payer, PAYER),
    (Payee, PAYEE),
    (PayeeDocument, PAYEE_DOCUMENT),
    (Payout, PAYOUT),
    (Operation, OPERATION),
    (SeenEvent, PROVIDER_EVENT),
    (Poll, POLL),
):
    mapper.map_imperatively(_shape, _table)
