"""Whatever happens to a mission, in any order and more than once: only listed transitions, each instalment authorised once,
nothing changed by a refusal, and closed exactly when all is released and invoiced."""

from copy import copy
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from contracting.domain.mission import TRANSITIONS
from contracts.contracting.v1.events import (
    InstalmentDue,
    MissionAmended,
    MissionClosed,
    MissionStarted,
    MissionValidated,
    ReleaseAuthorised,
)
from contracts.contracting.v1.rpc import MissionState
from contracts.wire import Role
from kernel.errors import Problem

NUMBERS = st.integers(1, 3)
_build = {}


@pytest.fixture(autouse=True)
def _builders(agreed, akigora, mission_internationale):
    _build.update(agreed=agreed, policies=(akigora, mission_internationale))


class MissionMachine(RuleBasedStateMachine):
    @initialize(which=st.integers(0, 1))
    def agree(self, which):
        self.now = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
        self.mission = _build["agreed"](_build["policies"][which])
        self.count = len(self.mission.instalments)
        self.told = []

    def step(self, act):
        """Does it; a refusal must leave everything as it was, a success must follow the table."""
        self.now += timedelta(minutes=1)
        before, parts = copy(self.mission.__dict__), [copy(each.__dict__) for each in self.mission.instalments]
        try:
            self.told += act(self.mission)
        except Problem:
            assert self.mission.__dict__ == before
            assert [each.__dict__ for each in self.mission.instalments] == parts
        moved = (before["state"], self.mission.state)
        allowed = {(start, end) for (_, start), end in TRANSITIONS.items()}
        assert moved[0] is moved[1] or moved in allowed or moved == (MissionState.REPORTED, MissionState.CLOSED)

    @rule()
    def start(self):
        self.step(lambda mission: mission.start(self.now))

    @rule(side=st.sampled_from([Role.EXPERT, Role.COMPANY]))
    def amend(self, side):
        self.step(lambda mission: mission.amend(side, "More.", None, None, self.now))

    @rule(side=st.sampled_from([Role.EXPERT, Role.COMPANY]), accept=st.booleans())
    def answer_amendment(self, side, accept):
        self.step(lambda mission: mission.answer_amendment(side, accept, self.now))

    @rule()
    def request_release(self):
        self.step(lambda mission: mission.request_release("", self.now))

    @rule(number=st.integers(0, 4))
    def approve_release(self, number):
        self.step(lambda mission: mission.approve_release(number, self.now))

    @rule()
    def file_report(self):
        self.step(lambda mission: mission.file_report("Done.", self.now))

    @rule(side=st.sampled_from([Role.EXPERT, Role.COMPANY]))
    def validate(self, side):
        self.step(lambda mission: mission.validate(side, self.now))

    @rule(really=st.integers(0, 9))
    def cancel(self, really):
        if really == 0:
            self.step(lambda mission: mission.cancel("No.", self.now))

    @rule(number=NUMBERS)
    def fund(self, number):
        if number <= self.count:
            self.step(lambda mission: mission.instalment_funded(number, self.now, self.now))

    @rule(number=NUMBERS)
    def release(self, number):
        """As payments does: only what is funded and authorised."""
        if number <= self.count and (part := self.mission.instalments[number - 1]).funded_at and part.authorised_at:
            self.step(lambda mission: mission.instalment_released(number, self.now, self.now))

    @rule(kind=st.sampled_from(["invoice", "commission_invoice", "deposit_invoice", "purchase_order"]), final=st.booleans())
    def document(self, kind, final):
        self.step(lambda mission: mission.document_issued(kind, final and kind == "invoice", self.now))

    @rule()
    def time(self):
        if self.mission.next_reminder_at:
            self.step(lambda mission: mission.remind())

    @invariant()
    def each_thing_is_told_at_most_once(self):
        for kind in (MissionStarted, MissionValidated, MissionClosed):
            assert len([event for event in self.told if type(event) is kind]) <= 1
        for kind in (ReleaseAuthorised, InstalmentDue):
            numbers = [event.instalment for event in self.told if type(event) is kind]
            assert len(numbers) == len(set(numbers))

    @invariant()
    def amended_is_what_was_told_and_answered_by_both(self):
        """M20."""
        assert len(self.mission.amendments) == len([event for event in self.told if isinstance(event, MissionAmended)])
        assert all(each.accepted_at for each in self.mission.amendments)
        assert self.mission.pending_amendment is None or self.mission.state in (MissionState.AWAITING_FUNDS, MissionState.ACTIVE)

    @invariant()
    def authorised_is_what_was_told(self):
        authorised = {part.number for part in self.mission.instalments if part.authorised_at}
        assert authorised == {event.instalment for event in self.told if isinstance(event, ReleaseAuthorised)}

    @invariant()
    def closed_exactly_when_nothing_is_left(self):
        mission = self.mission
        complete = (
            mission.validated_at is not None
            and all(part.released_at for part in mission.instalments)
            and mission.final_invoice_at is not None
            and mission.commission_invoice_at is not None
        )
        assert (mission.state is MissionState.CLOSED) == complete

    @invariant()
    def nothing_is_reminded_of_but_a_report(self):
        assert self.mission.next_reminder_at is None or self.mission.state is MissionState.REPORTED


MissionMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestMission = MissionMachine.TestCase
