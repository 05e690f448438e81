"""A quote: drafted by an expert, sent in numbered versions, answered by a company.

Every version that was sent is kept word for word: its canonical text and the SHA-256 of it are the proof of what was accepted
(M23, M82). Only what `TRANSITIONS` lists can happen; anything else raises a named error and changes nothing.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from contracting.domain.policy import ContractingPolicy, PolicyName
from contracting.domain.quote_content import ht_of
from contracts.contracting.v1.errors import (
    QuoteAlreadyAccepted,
    QuoteExpiredAlready,
    QuoteNotDraft,
    QuoteNotOpen,
    StaleVersion,
)
from contracts.contracting.v1.rpc import CommissionTerms, InstalmentPlan, QuoteContent, QuoteState, TaxTerms
from contracts.shapes import Party
from kernel.errors import Conflict
from kernel.ids import new_id
from kernel.money import Money

TRANSITIONS: Mapping[tuple[str, QuoteState], QuoteState] = MappingProxyType(
    {
        ("edit", QuoteState.DRAFT): QuoteState.DRAFT,
        ("edit", QuoteState.SENT): QuoteState.AMENDED,
        ("edit", QuoteState.AMENDED): QuoteState.AMENDED,
        ("send", QuoteState.DRAFT): QuoteState.SENT,
        ("send", QuoteState.AMENDED): QuoteState.SENT,
        ("accept", QuoteState.SENT): QuoteState.ACCEPTED,
        ("decline", QuoteState.SENT): QuoteState.DECLINED,
        ("decline", QuoteState.AMENDED): QuoteState.DECLINED,
        ("withdraw", QuoteState.SENT): QuoteState.WITHDRAWN,
        ("withdraw", QuoteState.AMENDED): QuoteState.WITHDRAWN,
        ("expire", QuoteState.SENT): QuoteState.EXPIRED,
        ("refuse", QuoteState.SENT): QuoteState.REFUSED,
        ("refuse", QuoteState.AMENDED): QuoteState.REFUSED,
    }
)


@dataclass(frozen=True, kw_only=True)
class Terms:
    """All that a company signs when it accepts one version."""

    quote_id: str
    version: int
    seller: Party
    buyer: Party
    content: QuoteContent
    ht: Money
    vat: Money
    ttc: Money
    tax: TaxTerms
    commission: CommissionTerms
    instalments: tuple[InstalmentPlan, ...]
    expert_receives: Money
    policy: PolicyName
    sent_at: datetime
    expires_at: datetime

    def canonical(self) -> str:
        """The one text of these terms: JSON, keys sorted, no white space."""
        return json.dumps(asdict(self), default=_plain, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


@dataclass(eq=False, kw_only=True)
class SentVersion:
    """One version as it went out; never changed. `rules`: the policy in force, which its mission keeps."""

    quote_id: str
    number: int
    terms: Terms
    sha256: str
    rules: ContractingPolicy

    @classmethod
    def of(cls, terms: Terms, rules: ContractingPolicy) -> "SentVersion":
        digest = hashlib.sha256(terms.canonical().encode()).hexdigest()
        return cls(quote_id=terms.quote_id, number=terms.version, terms=terms, sha256=digest, rules=rules)


@dataclass(eq=False, kw_only=True)
class Quote:
    """`content` is what the expert works on; what the company sees is the last of `versions`."""

    id: str
    expert_id: str
    company_id: str
    content: QuoteContent
    ht: Money
    created_at: datetime
    sheet_id: str | None = None
    offer_id: str | None = None
    state: QuoteState = QuoteState.DRAFT
    expires_at: datetime | None = None
    mission_id: str | None = None
    versions: list[SentVersion] = field(default_factory=list)

    @classmethod
    def drafted(
        cls, expert_id: str, company_id: str, content: QuoteContent, now: datetime, *, sheet_id: str | None, offer_id: str | None
    ) -> "Quote":
        """With content already checked."""
        return cls(
            id=new_id("quo", now),
            expert_id=expert_id,
            company_id=company_id,
            content=content,
            ht=ht_of(content),
            created_at=now,
            sheet_id=sheet_id,
            offer_id=offer_id,
        )

    @property
    def sent(self) -> SentVersion | None:
        """The version the company sees; None before the first."""
        return self.versions[-1] if self.versions else None

    @property
    def next_version(self) -> int:
        return len(self.versions) + 1

    def edit(self, content: QuoteContent) -> bool:
        """New content, already checked. True when this takes a sent quote back to the desk (M20). Raises QuoteNotOpen."""
        before, self.state = self.state, self._after("edit")
        self.content, self.ht = content, ht_of(content)
        return before is not self.state

    def send(self, version: SentVersion) -> None:
        """Raises QuoteNotDraft."""
        self.state = self._after("send")
        self.versions.append(version)
        self.expires_at = version.terms.expires_at

    def accept(self, version: int, mission_id: str, now: datetime) -> SentVersion:
        """The version signed. Raises QuoteAlreadyAccepted, QuoteExpiredAlready, QuoteNotOpen, StaleVersion."""
        after, signed = self._after("accept"), self.versions[-1]
        if version != signed.number:
            raise StaleVersion(current_version=signed.number)
        if now >= signed.terms.expires_at:
            raise QuoteExpiredAlready(expired_at=signed.terms.expires_at.isoformat())
        self.state, self.mission_id = after, mission_id
        return signed

    def decline(self) -> None:
        """The company's no. Raises QuoteNotOpen."""
        self.state = self._after("decline")

    def withdraw(self) -> None:
        """The expert takes it back. Raises QuoteNotOpen."""
        self.state = self._after("withdraw")

    def expire(self) -> None:
        """Raises QuoteNotOpen."""
        self.state = self._after("expire")

    def refuse(self) -> bool:
        """Another quote of the round was accepted (M91). False when there was nothing open to refuse."""
        if ("refuse", self.state) not in TRANSITIONS:
            return False
        self.state = self._after("refuse")
        return True

    def must_be_sendable(self) -> None:
        """Raises QuoteNotDraft."""
        self._after("send")

    def _after(self, step: str) -> QuoteState:
        after = TRANSITIONS.get((step, self.state))
        if after is None:
            raise _refusal(step, self.state)
        return after


def _refusal(step: str, state: QuoteState) -> Conflict:
    if step == "send":
        return QuoteNotDraft(state=state.value)
    if step == "accept" and state in (QuoteState.ACCEPTED, QuoteState.REFUSED):
        return QuoteAlreadyAccepted(state=state.value)
    if step == "accept" and state is QuoteState.EXPIRED:
        return QuoteExpiredAlready(state=state.value)
    return QuoteNotOpen(state=state.value)


def _plain(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no canonical form of {value!r}")
