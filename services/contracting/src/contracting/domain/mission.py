"""A mission: from an accepted quote to its end. What happens to it, and what it tells the other services.

`TRANSITIONS` is the whole state machine; anything else raises a named error and changes nothing. Money comes as facts from
payments, in any order and more than once: each is kept as a time and applied once. Each method returns the events it tells.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from types import MappingProxyType

from contracting.domain.instalment import Instalment
from contracting.domain.policy import ContractingPolicy, PolicyName
from contracting.domain.quote import Quote, SentVersion
from contracting.domain.quote_content import check_duration
from contracting.domain.report import Report
from contracts.contracting.v1 import events
from contracts.contracting.v1.errors import (
    AlreadyValidated,
    AmendmentPending,
    MissionNotInState,
    NoAmendmentPending,
    NotFunded,
    NothingToRelease,
    NotYourCall,
    NotYourValidation,
    RateLocked,
    ScopeLocked,
)
from contracts.contracting.v1.rpc import AmendmentView, FundTrigger, MissionState, ReleaseTrigger
from contracts.shapes import Evidence
from contracts.wire import Event, Role
from kernel.money import Money

TRANSITIONS: Mapping[tuple[str, MissionState], MissionState] = MappingProxyType(
    {
        ("start", MissionState.AWAITING_FUNDS): MissionState.ACTIVE,
        ("amend", MissionState.AWAITING_FUNDS): MissionState.AWAITING_FUNDS,
        ("amend", MissionState.ACTIVE): MissionState.ACTIVE,
        ("answer an amendment", MissionState.AWAITING_FUNDS): MissionState.AWAITING_FUNDS,
        ("answer an amendment", MissionState.ACTIVE): MissionState.ACTIVE,
        ("request release", MissionState.ACTIVE): MissionState.ACTIVE,
        ("approve release", MissionState.ACTIVE): MissionState.ACTIVE,
        ("approve release", MissionState.REPORTED): MissionState.REPORTED,
        ("report", MissionState.ACTIVE): MissionState.REPORTED,
        ("validate", MissionState.REPORTED): MissionState.VALIDATED,
        ("close", MissionState.VALIDATED): MissionState.CLOSED,
        ("cancel", MissionState.AWAITING_FUNDS): MissionState.CANCELLED,
        ("cancel", MissionState.ACTIVE): MissionState.CANCELLED,
    }
)


@dataclass(frozen=True, kw_only=True)
class Amendment:
    """A change of scope or end (M19, M20): proposed `at` by one side, in force once the other has accepted it."""

    at: datetime
    by: Role
    scope: str
    ends_on: date
    accepted_at: datetime | None = None

    @property
    def view(self) -> AmendmentView:
        return AmendmentView(by=self.by, scope=self.scope, ends_on=self.ends_on, proposed_at=self.at)


@dataclass(eq=False, kw_only=True)
class Mission:
    """`rules` are those of the quote's version, whatever the policy says later; `commission_due`: one will be invoiced."""

    id: str
    reference: str
    quote_id: str
    quote_version: int
    company_id: str
    expert_id: str
    title: str
    ht: Money
    ttc: Money
    starts_on: date
    ends_on: date
    policy: PolicyName
    rules: ContractingPolicy
    evidence: Evidence
    commission_due: bool
    accepted_at: datetime
    instalments: list[Instalment]
    state: MissionState = MissionState.AWAITING_FUNDS
    started_at: datetime | None = None
    validated_at: datetime | None = None
    closed_at: datetime | None = None
    cancelled_at: datetime | None = None
    cancel_reason: str = ""
    report: Report | None = None
    next_reminder_at: datetime | None = None
    silence_ends_at: datetime | None = None
    final_invoice_at: datetime | None = None
    commission_invoice_at: datetime | None = None
    reviews_due_at: datetime | None = None
    amendments: tuple[Amendment, ...] = field(default=())
    pending_amendment: Amendment | None = None

    @classmethod
    def agreed(cls, id: str, reference: str, quote: Quote, signed: SentVersion, evidence: Evidence, now: datetime) -> "Mission":
        """What an accepted version of a quote becomes (A68, M82)."""
        terms = signed.terms
        return cls(
            id=id,
            reference=reference,
            quote_id=quote.id,
            quote_version=signed.number,
            company_id=quote.company_id,
            expert_id=quote.expert_id,
            title=terms.content.title,
            ht=terms.ht,
            ttc=terms.ttc,
            starts_on=terms.content.starts_on,
            ends_on=terms.content.ends_on,
            policy=terms.policy,
            rules=signed.rules,
            evidence=evidence,
            commission_due=bool(terms.commission.ttc),
            accepted_at=now,
            instalments=[Instalment.planned(id, plan) for plan in terms.instalments],
        )

    # What the parties do ----------------------------------------------------------------------------------------------

    def ask_for_first_funds(self) -> list[Event]:
        """At acceptance the company is invited to pay what is due then (A63, M44)."""
        return self._ask_for(self._funded_by(FundTrigger.ACCEPTANCE), self.accepted_at)

    def start(self, now: datetime) -> list[Event]:
        """The expert begins before the funds are there. Raises MissionNotInState; NotFunded where that is forbidden (P9, M47)."""
        self._after("start")
        if self.rules.start_without_funds == "forbidden":
            raise NotFunded(mission_id=self.id)
        return self._begin(now, funded=False)

    def amend(self, by: Role, scope: str, ends_on: date | None, day_rate: Money | None, now: datetime) -> list[Event]:
        """One side proposes. One at a time, for good until it is answered: so an answer means what was read (M20).

        Raises RateLocked (M29), ScopeLocked (P20), MissionNotInState, AmendmentPending, InvalidQuote.
        """
        if day_rate is not None:
            raise RateLocked(mission_id=self.id)
        if not self.rules.amend_scope:
            raise ScopeLocked(mission_id=self.id)
        self._after("amend")
        if self.pending_amendment is not None:
            raise AmendmentPending(mission_id=self.id)
        end = ends_on or self.ends_on
        check_duration(self.starts_on, end, self.rules, "ends_on")
        self.pending_amendment = Amendment(at=now, by=by, scope=scope, ends_on=end)
        return [events.MissionAmendmentProposed(**self._parties(), proposed_by=by, scope=scope, ends_on=end)]

    def answer_amendment(self, side: Role, accept: bool, now: datetime) -> list[Event]:
        """The other side agrees, and the amendment takes effect; or does not, and it is dropped.

        Raises MissionNotInState, NoAmendmentPending, NotYourCall for the side that proposed it.
        """
        self._after("answer an amendment")
        proposed = self.pending_amendment
        if proposed is None:
            raise NoAmendmentPending(mission_id=self.id)
        if side is proposed.by:
            raise NotYourCall(needs=(Role.COMPANY if side is Role.EXPERT else Role.EXPERT).value)
        self.pending_amendment = None
        if not accept:
            return []
        self.ends_on = proposed.ends_on
        self.amendments = (*self.amendments, replace(proposed, accepted_at=now))
        parties = self._parties()
        return [events.MissionAmended(**parties, amended_by=proposed.by, scope=proposed.scope, ends_on=proposed.ends_on)]

    def request_release(self, message: str, now: datetime) -> list[Event]:
        """Mid-mission, the next instalment that is released on request (A65, P6). Raises MissionNotInState, NothingToRelease."""
        self._after("request release")
        asked = next((each for each in self.instalments if each.may_be_requested), None)
        if asked is None:
            raise NothingToRelease(mission_id=self.id)
        asked.requested_at = now
        requested = events.ReleaseRequested(**self._parties(), instalment=asked.number, amount=asked.ttc, message=message)
        return [requested, *self._ask_for([asked], now)]

    def approve_release(self, number: int, now: datetime) -> list[Event]:
        """The company agrees, once. Raises MissionNotInState, NothingToRelease."""
        self._after("approve release")
        asked = [each for each in self.instalments if each.number == number and each.waits_for_approval]
        if not asked:
            raise NothingToRelease(mission_id=self.id, instalment=number)
        return self._authorise(asked, now)

    def file_report(self, text: str, now: datetime) -> list[Event]:
        """The work is done; whatever was not asked for yet falls due (A66). Raises MissionNotInState."""
        self.state, self.pending_amendment = self._after("report"), None
        self.report = Report(text=text, filed_at=now)
        self.next_reminder_at = self.report.next_reminder_at(self.rules)
        self.silence_ends_at = self.rules.silence_ends_at(now)
        filed = events.ReportFiled(**self._parties(), reference=self.reference)
        return [filed, *self._ask_for(self.instalments, now)]

    def validate(self, side: Role, now: datetime) -> list[Event]:
        """One party's word; with the last one needed all money may go.

        Raises NotYourValidation where the other party alone validates (P7), AlreadyValidated, MissionNotInState.
        """
        if side is Role.EXPERT and self.rules.validated_by == "company":
            raise NotYourValidation(mission_id=self.id)
        if self.report is not None and self.report.is_validated_by(side):
            raise AlreadyValidated(mission_id=self.id)
        after, report = self._after("validate"), self._filed()
        self.report = report.validated(side, now)
        self.next_reminder_at = self.report.next_reminder_at(self.rules)
        return self._validated(after, now) if self.report.suffices(self.rules) else []

    def cancel(self, reason: str, now: datetime) -> list[Event]:
        """Before the work is reported; what is held is refunded (P19). Raises MissionNotInState."""
        self.state, self.pending_amendment = self._after("cancel"), None
        self.cancelled_at, self.cancel_reason = now, reason
        return [events.MissionCancelled(**self._parties(), reason=reason)]

    # What time does ---------------------------------------------------------------------------------------------------

    def remind(self) -> list[Event]:
        """The next reminder to a silent company, once each (M43, P8). Raises MissionNotInState when nobody is waited for."""
        self._after("validate")
        self.report = self._filed().reminded()
        self.next_reminder_at = self.report.next_reminder_at(self.rules)
        return [events.ReportReminderDue(**self._parties(), number=self.report.reminders_sent)]

    def validate_by_silence(self, now: datetime) -> list[Event]:
        """Nobody answered for as long as the policy says (P8). Raises MissionNotInState."""
        return self._validated(self._after("validate"), now)

    # What payments and billing tell -----------------------------------------------------------------------------------

    def instalment_funded(self, number: int, funded_at: datetime, now: datetime) -> list[Event]:
        """The client's money is held: the work may begin, what is released at funding is authorised (A24, M47)."""
        paid = self._instalment(number)
        if paid.funded_at is not None:
            return []
        paid.funded_at = funded_at
        if self.state is MissionState.CANCELLED:
            return []
        first_funds = all(each.funded_at for each in self._funded_by(FundTrigger.ACCEPTANCE))
        begun = self._begin(now, funded=True) if self.state is MissionState.AWAITING_FUNDS and first_funds else []
        return begun + self._authorise([paid] if paid.release is ReleaseTrigger.FUNDING else [], now)

    def instalment_released(self, number: int, released_at: datetime, now: datetime) -> list[Event]:
        paid = self._instalment(number)
        paid.released_at = paid.released_at or released_at
        return self._close_if_complete(now)

    def instalment_refunded(self, number: int, now: datetime) -> list[Event]:
        """After a cancellation: kept, so that the parties see it and dashboards do not count it."""
        paid = self._instalment(number)
        paid.refunded_at = paid.refunded_at or now
        return []

    def document_issued(self, kind: str, final: bool, now: datetime) -> list[Event]:
        """Of all documents only the last invoice to the client and the commission invoice matter here."""
        if final:
            self.final_invoice_at = self.final_invoice_at or now
        if kind == "commission_invoice":
            self.commission_invoice_at = self.commission_invoice_at or now
        return self._close_if_complete(now)

    # ------------------------------------------------------------------------------------------------------------------

    def _after(self, step: str) -> MissionState:
        after = TRANSITIONS.get((step, self.state))
        if after is None:
            raise MissionNotInState(f"cannot {step}: the mission is {self.state.value}", state=self.state.value)
        return after

    def _begin(self, now: datetime, *, funded: bool) -> list[Event]:
        self.state = self._after("start")
        self.started_at = now
        return [events.MissionStarted(**self._parties(), reference=self.reference, funded=funded)]

    def _validated(self, after: MissionState, now: datetime) -> list[Event]:
        self.state, self.validated_at = after, now
        self.next_reminder_at = self.silence_ends_at = None
        validated = events.MissionValidated(**self._parties(), validated_at=now)
        return [validated, *self._authorise(self.instalments, now), *self._close_if_complete(now)]

    def _close_if_complete(self, now: datetime) -> list[Event]:
        """Closed once everything is released and both last invoices are there, in whatever order that becomes known."""
        released = all(each.released_at for each in self.instalments)
        invoiced = self.final_invoice_at is not None and (self.commission_invoice_at is not None or not self.commission_due)
        if self.state is not MissionState.VALIDATED or not released or not invoiced:
            return []
        self.state = self._after("close")
        self.closed_at = now
        return [events.MissionClosed(**self._parties(), reference=self.reference)]

    def _authorise(self, instalments: Iterable[Instalment], now: datetime) -> list[Event]:
        """Each instalment once."""
        fresh = [each for each in instalments if each.authorised_at is None]
        for each in fresh:
            each.authorised_at = now
        return [events.ReleaseAuthorised(mission_id=self.id, instalment=each.number) for each in fresh]

    def _ask_for(self, instalments: Iterable[Instalment], now: datetime) -> list[Event]:
        """Each instalment once, and not what is paid already."""
        fresh = [each for each in instalments if each.due_at is None]
        for each in fresh:
            each.due_at = now
        return [
            events.InstalmentDue(
                mission_id=self.id,
                reference=self.reference,
                company_id=self.company_id,
                expert_id=self.expert_id,
                instalment=each.number,
                amount=each.ttc,
            )
            for each in fresh
            if each.funded_at is None
        ]

    def _funded_by(self, trigger: FundTrigger) -> list[Instalment]:
        return [each for each in self.instalments if each.fund is trigger]

    def _instalment(self, number: int) -> Instalment:
        found = next((each for each in self.instalments if each.number == number), None)
        if found is None:
            raise LookupError(f"{self.id} has no instalment {number}")
        return found

    def _filed(self) -> Report:
        if self.report is None:
            raise AssertionError(f"{self.id} is {self.state.value} without a report")
        return self.report

    def _parties(self) -> dict[str, str]:
        return {"mission_id": self.id, "company_id": self.company_id, "expert_id": self.expert_id, "title": self.title}
