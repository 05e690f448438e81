"""Shapes that several services' contracts are made of: parties, addresses, pages, files."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar

Item_co = TypeVar("Item_co", covariant=True)


@dataclass(frozen=True, kw_only=True)
class Address:
    """A postal address. `country` is ISO 3166-1 alpha-2; `zone` tells French territories apart (MET, GP, MQ, RE, GF, YT)."""

    line1: str
    postcode: str
    city: str
    country: str
    line2: str = ""
    zone: str = ""


class PartyKind(StrEnum):
    """What a party is for tax and consumer law."""

    BUSINESS = "business"
    INDIVIDUAL = "individual"
    PUBLIC = "public"


class VatStatus(StrEnum):
    """How an expert stands to VAT (invoicing-and-vat.md, "VAT decision")."""

    REGISTERED = "registered"
    FRANCHISE = "franchise"
    EXEMPT_TRAINING = "exempt_training"
    PORTAGE = "portage"
    SME_EXEMPT = "sme_exempt"
    NON_EU = "non_eu"


@dataclass(frozen=True, kw_only=True)
class Party:
    """A buyer or a seller as it is frozen into quotes, escrows and invoices."""

    id: str
    kind: PartyKind
    name: str
    address: Address
    legal_form: str = ""
    siren: str = ""
    vat_id: str = ""
    vat_status: VatStatus = VatStatus.REGISTERED
    share_capital_cents: int | None = None
    registry: str = ""
    legal_mentions: str = ""
    accounting_email: str = ""
    purchase_order_number: str = ""
    locale: str = "fr"


@dataclass(frozen=True, kw_only=True)
class Page(Generic[Item_co]):
    """One page of a list, newest first unless said otherwise; `next_cursor` is opaque, None on the last page."""

    items: tuple[Item_co, ...]
    next_cursor: str | None = None


@dataclass(frozen=True, kw_only=True)
class FileContent:
    """A file inside a call: `content` is base64."""

    filename: str
    content_type: str
    content: str


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Who did something that binds, when and from where: kept as proof (M23)."""

    account_id: str
    name: str
    at: str
    ip: str
    user_agent: str
    document_sha256: str


@dataclass(frozen=True, kw_only=True)
class Period:
    """From the first to the last day, both included."""

    starts_on: date
    ends_on: date


@dataclass(frozen=True, kw_only=True)
class Done:
    """The answer of a command that has nothing more to say."""

    id: str = ""
