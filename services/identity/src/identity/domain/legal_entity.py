"""An expert's legal entity: status, company and bank details, all of which a quote needs (A20, M13).

Confirmed at once when every identifier checks out: in France a SIREN (and a VAT id for who charges VAT), elsewhere in the EU a
VAT id. What no checksum can vouch for waits `to_review` for a person of the team. Money goes to a business account only (A57).
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from contracts.identity.v1.errors import IncompleteDetails, InvalidIdentifier, PrivateAccount
from contracts.shapes import Address, Party, PartyKind, VatStatus
from identity.domain import fields, identifiers
from kernel.errors import Invalid

_SOLE_TRADERS_WORDS = """
micro entreprise micro entrepreneur auto entrepreneur autoentrepreneur ei eirl entreprise individuelle entrepreneur individuel
profession liberale sole trader sole proprietor sole proprietorship einzelunternehmen einzelunternehmer freiberufler autonomo
ditta individuale libero professionista eenmanszaak self employed
"""
_SOLE_TRADERS = frozenset(_SOLE_TRADERS_WORDS.split())
_NOT_PART_OF_A_NAME_WORDS = """
sa sas sasu sarl eurl ei eirl sci scop snc selarl gmbh ug ag kg ohg ltd limited llp plc llc inc bv nv sl sau srl spa lda ab oy
aps m mr mrs mme mlle monsieur madame mademoiselle dr
"""
_NOT_PART_OF_A_NAME = frozenset(_NOT_PART_OF_A_NAME_WORDS.split())


class EntityState(StrEnum):
    """none -> to_review | confirmed; new details start again (M60)."""

    NONE = "none"
    TO_REVIEW = "to_review"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, kw_only=True)
class LegalDetails:
    """What an expert declares, in checked form. The IBAN stays out of `repr`, so out of logs."""

    legal_form: str
    legal_name: str
    address: Address
    vat_status: VatStatus
    iban: str = field(repr=False)
    account_holder: str
    bic: str = ""
    siren: str = ""
    vat_id: str = ""
    share_capital_cents: int | None = None
    registry: str = ""
    legal_mentions: str = ""

    @property
    def is_sole_trader(self) -> bool:
        return is_sole_trader(self.legal_form)

    @property
    def checks_out(self) -> bool:
        """Whether the identifiers alone vouch for the entity."""
        if self.address.country == "FR":
            return bool(self.siren)
        return self.address.country in identifiers.EU_COUNTRIES and bool(self.vat_id)


@dataclass(eq=False, kw_only=True)
class LegalEntity:
    """`details` is None until declared, and again once erased."""

    expert_id: str
    state: EntityState = EntityState.NONE
    details: LegalDetails | None = None
    confirmed_at: datetime | None = None

    def declare(self, details: LegalDetails, now: datetime) -> bool:
        """Takes new details (M60); whether they are confirmed news. The same details again change nothing."""
        if details == self.details:
            return False
        self.details = details
        if not details.checks_out:
            self.state, self.confirmed_at = EntityState.TO_REVIEW, None
            return False
        self.state, self.confirmed_at = EntityState.CONFIRMED, now
        return True

    def confirm(self, now: datetime) -> bool:
        """A person of the team has looked; whether that is news. Raises IncompleteDetails when nothing was declared."""
        if self.details is None:
            raise IncompleteDetails("The expert has declared no legal entity", missing="legal_entity")
        if self.state is EntityState.CONFIRMED:
            return False
        self.state, self.confirmed_at = EntityState.CONFIRMED, now
        return True

    @property
    def is_confirmed(self) -> bool:
        return self.state is EntityState.CONFIRMED

    def party(self, *, email: str, locale: str) -> Party:
        """The seller as he goes onto documents. Raises IncompleteDetails unless confirmed."""
        if self.details is None or not self.is_confirmed:
            raise IncompleteDetails(missing="legal_entity")
        known = self.details
        return Party(
            id=self.expert_id,
            kind=PartyKind.BUSINESS,
            name=known.legal_name,
            address=known.address,
            legal_form=known.legal_form,
            siren=known.siren,
            vat_id=known.vat_id,
            vat_status=known.vat_status,
            share_capital_cents=known.share_capital_cents,
            registry=known.registry,
            legal_mentions=known.legal_mentions,
            accounting_email=email,
            locale=locale,
        )

    def erase(self) -> None:
        self.details, self.state, self.confirmed_at = None, EntityState.NONE, None


def is_sole_trader(legal_form: str) -> bool:
    """Whether a person trades in his own name: "micro-entrepreneur", "EI", "sole trader"..."""
    words = _words(legal_form)
    return bool(words) and words <= _SOLE_TRADERS


def checked_details(declared: LegalDetails, expert_name: str) -> LegalDetails:
    """The details in one form, every identifier checked.

    Raises Invalid, InvalidIdentifier, PrivateAccount, each with its `field`.
    """
    address = fields.postal_address(declared.address)
    in_eu = address.country in identifiers.EU_COUNTRIES
    if in_eu == (declared.vat_status is VatStatus.NON_EU):
        raise Invalid("This VAT status does not go with the address's country", field="vat_status")
    siren = _checked_siren(declared.siren, address.country)
    details = LegalDetails(
        legal_form=fields.text(declared.legal_form, "legal_form", longest=60),
        legal_name=fields.text(declared.legal_name, "legal_name"),
        address=address,
        vat_status=declared.vat_status,
        iban=identifiers.iban(declared.iban),
        account_holder=fields.text(declared.account_holder, "account_holder"),
        bic=identifiers.bic(declared.bic) if declared.bic.strip() else "",
        siren=siren,
        vat_id=_checked_vat_id(declared, address.country, siren),
        share_capital_cents=_checked_capital(declared.share_capital_cents),
        registry=fields.text(declared.registry, "registry", longest=100, required=False),
        legal_mentions=fields.text(declared.legal_mentions, "legal_mentions", longest=1000, required=False, lines=True),
    )
    _check_account_holder(details, expert_name)
    return details


def _checked_siren(value: str, country: str) -> str:
    if not value.strip():
        if country == "FR":
            raise InvalidIdentifier("A French entity has a SIREN", field="siren")
        return ""
    return identifiers.siren(value)


def _checked_vat_id(declared: LegalDetails, country: str, siren: str) -> str:
    """Who charges French VAT has a VAT id; who is in franchise, exempt or ported may do without."""
    if not declared.vat_id.strip():
        if country == "FR" and declared.vat_status is VatStatus.REGISTERED:
            raise InvalidIdentifier("Who charges VAT has a VAT id", field="vat_id")
        return ""
    if country in identifiers.EU_COUNTRIES:
        return identifiers.vat_id(declared.vat_id, country, siren if country == "FR" else "")
    return fields.text(declared.vat_id, "vat_id", longest=20)


def _checked_capital(cents: int | None) -> int | None:
    if cents is None:
        return None
    return fields.whole_number(cents, "share_capital_cents", lowest=0, highest=10**15)


def _check_account_holder(details: LegalDetails, expert_name: str) -> None:
    """A57, kept simple: the holder is named like the entity, or like the expert where he trades in his own name.

    Names are compared as sets of words, without accents, legal forms and titles. The payment provider checks the account itself.
    """
    accepted = [details.legal_name, *([expert_name] if details.is_sole_trader else [])]
    holder = _words(details.account_holder) - _NOT_PART_OF_A_NAME
    if not holder or all(_words(name) - _NOT_PART_OF_A_NAME != holder for name in accepted):
        raise PrivateAccount(field="account_holder")


def _words(name: str) -> frozenset[str]:
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(letter))
    return frozenset(re.findall(r"\w+", plain.replace(".", "")))
