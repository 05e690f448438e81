"""Which documents the facts ask for, and that neither order nor repetition of the facts changes it."""

from datetime import UTC, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.domain.mission import Mission, VatEvent, due
from billing.domain.paper import Document, Due, Kind, State
from billing.domain.platform_papers import purchase_order

NOON = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)


class Desk:
    """Issues everything that is due, at once, and keeps the order."""

    def __init__(self, story, desk, vat_event: VatEvent = VatEvent.FUNDING) -> None:
        self.mission = Mission(terms=story.contract, vat_event=vat_event, contest_days=14)
        self.paper = purchase_order(self.mission, desk)
        self.known: dict[Due, Document] = {}
        self.issue()

    def hear(self, *facts) -> "Desk":
        for fact in facts:
            self.mission = self.mission.hear(fact)
            self.issue()
        return self

    def issue(self) -> None:
        while waiting := due(self.mission, self.known):
            self.known[waiting[0]] = Document(
                document_id="doc", paper=self.paper, state=State.ISSUED, expert_id="exp_1", company_id="com_1", created_at=NOON
            )

    @property
    def issued(self) -> list[tuple[str, int]]:
        return [(one.kind.value, one.instalment) for one in self.known]


def test_a_mission_of_three_instalments_told_in_order(stories, desk):
    story = stories.akigora()

    told = Desk(story, desk).hear(*story.whole_life())

    assert told.issued == [
        ("purchase_order", 0),
        ("deposit_invoice", 1),
        ("statement", 1),
        ("commission_invoice", 0),
        ("deposit_invoice", 2),
        ("statement", 2),
        ("invoice", 0),
        ("statement", 3),
    ]


def test_where_vat_falls_due_at_release_nothing_is_invoiced_at_funding(stories, desk):
    story = stories.mission_internationale()

    funded = Desk(story, desk, VatEvent.RELEASE).hear(story.funded(1))
    released = Desk(story, desk, VatEvent.RELEASE).hear(*story.whole_life())

    assert funded.issued == [("purchase_order", 0)]
    assert released.issued == [("purchase_order", 0), ("invoice", 0), ("statement", 1), ("commission_invoice", 1)]


def test_deposits_fall_due_at_release_where_vat_does(stories, desk):
    story = stories.akigora()

    told = Desk(story, desk, VatEvent.RELEASE).hear(story.funded(1))

    assert ("deposit_invoice", 1) not in told.issued
    assert ("deposit_invoice", 1) in told.hear(story.released(1)).issued


def test_the_final_invoice_waits_for_the_validation(stories, desk):
    story = stories.mission_internationale()
    told = Desk(story, desk, VatEvent.RELEASE).hear(story.funded(1), story.released(1))

    assert ("invoice", 0) not in told.issued
    assert ("invoice", 0) in told.hear(story.validated()).issued


def test_a_parked_deposit_keeps_the_final_invoice_waiting(stories, desk):
    story = stories.akigora()
    told = Desk(story, desk).hear(*story.whole_life())
    parked = Due(kind=Kind.DEPOSIT_INVOICE, instalment=1)
    first = told.known[parked]
    without_final = {key: one for key, one in told.known.items() if key.kind is not Kind.INVOICE}

    waiting = due(told.mission, without_final | {parked: Document(**{**vars(first), "state": State.PARKED})})

    assert waiting == [parked]


def test_refunding_an_invoiced_instalment_is_credited_once(stories, desk):
    story = stories.akigora()

    told = Desk(story, desk).hear(story.funded(1), story.refunded(1), story.refunded(1))

    assert told.issued.count(("credit_note", 1)) == 1
    assert ("commission_credit_note", 0) not in told.issued


def test_refunding_what_was_never_invoiced_is_not_credited(stories, desk):
    story = stories.mission_internationale()

    told = Desk(story, desk, VatEvent.RELEASE).hear(story.funded(1), story.cancelled(), story.refunded(1))

    assert told.issued == [("purchase_order", 0)]


def test_the_commission_goes_back_when_the_whole_mission_is_undone(stories, desk):
    story = stories.akigora()
    told = Desk(story, desk).hear(story.funded(1), story.released(1), story.withheld(1), story.refunded(1))

    assert ("commission_credit_note", 0) not in told.issued
    assert ("commission_credit_note", 0) in told.hear(story.cancelled()).issued


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # the fixtures are frozen
@given(data=st.data())
def test_the_same_documents_whatever_comes_twice_or_late(stories, desk, data):
    story = data.draw(
        st.sampled_from([stories.akigora(), stories.akigora(weights=(10, 40, 50)), stories.mission_internationale()])
    )
    vat_event = data.draw(st.sampled_from(list(VatEvent)))
    facts = data.draw(st.permutations([*story.whole_life(), *story.whole_life()]))

    order = Desk(story, desk, vat_event).hear(*facts).issued

    assert sorted(order) == sorted(Desk(story, desk, vat_event).hear(*story.whole_life()).issued)
    assert all(order.index(one) < order.index(("invoice", 0)) for one in order if one[0] == "deposit_invoice")
