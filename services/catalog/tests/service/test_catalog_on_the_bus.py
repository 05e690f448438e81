"""The service in its container, on both buses: calls, events and the index together."""

from datetime import timedelta

import pytest

from contracts.catalog.v1 import rpc
from contracts.catalog.v1.errors import InvalidSearch, UnknownProfile
from contracts.catalog.v1.events import ProfileHidden, ProfilePublished, ProfileViewed
from contracts.contracting.v1.events import ReviewPublished
from contracts.identity.v1 import events as identity
from contracts.shapes import Address, FileContent, Party, PartyKind
from contracts.wire import VISITOR, Actor, Role
from kernel.money import Money

# one red pixel, PNG
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"
EXPERT = Actor(role=Role.EXPERT, account_id="acc_1", expert_id="exp_1")
CONTENT = rpc.ProfileContent(
    title="Directrice logistique",
    summary="Entrepôts et transport international.",
    skills=(rpc.Skill(name="Supply chain", years=25),),
    countries=("FR",),
    day_rate=Money(90_000),
)


@pytest.fixture
def start(bus, database):
    url = database("catalog")

    def starting(policy: str) -> None:
        bus.start("catalog.service:CatalogService", DATABASE_URL=url, POLICY=policy)

    return starting


def register(bus) -> None:
    names = {"email": "a@example.org", "first_name": "Anne", "last_name": "Dubois", "phone": "", "locale": "fr"}
    bus.tell(identity.AccountRegistered(account_id="acc_1", role=Role.EXPERT, expert_id="exp_1", **names))


def write(bus) -> None:
    photo = FileContent(filename="me.png", content_type="image/png", content=PIXEL)
    bus.ask(rpc.SaveProfile(actor=EXPERT, idempotency_key="save", content=CONTENT))
    bus.ask(rpc.SetPhoto(actor=EXPERT, idempotency_key="photo", photo=photo))
    bus.ask(rpc.PublishProfile(actor=EXPERT, idempotency_key="publish"))


def legal_entity() -> identity.LegalEntityConfirmed:
    address = Address(line1="1 rue de la Paix", postcode="75002", city="Paris", country="FR")
    party = Party(id="exp_1", kind=PartyKind.BUSINESS, name="Dubois Conseil", address=address)
    person = {"email": "a@example.org", "first_name": "Anne", "last_name": "Dubois", "birth_date": "1965-01-01"}
    bank = {"iban": "FR7630006000011234567890189", "bic": "AGRIFRPP", "account_holder": "Anne Dubois"}
    return identity.LegalEntityConfirmed(expert_id="exp_1", party=party, **bank, **person)


def search(bus, query: str = "logistique", **asked) -> rpc.SearchResults:
    return bus.ask(rpc.SearchProfiles(actor=VISITOR, query=query, visitor_key="v", **asked))


def indexed(bus, **asked) -> tuple[rpc.SearchHit, ...]:
    """What the index finds: in the first moment after a start the database may answer instead, with scores of its own."""
    found = search(bus, **asked)
    return () if found.degraded else found.items


def test_from_registration_to_a_rated_expert(bus, start):
    start("akigora")
    register(bus)
    bus.tell(identity.ExpertAdmitted(expert_id="exp_1"))

    write(bus)
    bus.wait_for(ProfilePublished)
    (hit,) = bus.until(lambda: indexed(bus, countries=("fr",)), "the index does not follow")
    assert (hit.name, hit.day_rate, hit.ratings) == ("Anne Dubois", Money(90_000), 0)

    view = bus.ask(rpc.OpenProfile(actor=VISITOR, expert_id="exp_1", visitor_key="v"))
    assert view.content == CONTENT
    assert bus.wait_for(ProfileViewed) == ProfileViewed(expert_id="exp_1", day="2026-11-02")
    assert bus.ask(rpc.GetPhoto(actor=VISITOR, expert_id="exp_1")).content_type == "image/jpeg"

    told = {"mission_id": "mis_1", "company_id": "com_1", "expert_id": "exp_1", "scores": {"overall": 5}, "comment": "Merci."}
    for _ in range(2):
        bus.tell(ReviewPublished(author=Role.COMPANY, **told), id="evt_review")
    rated = bus.until(lambda: next((now for now in indexed(bus) if now.score > hit.score), None), "the score does not rise")
    assert (rated.rating, rated.ratings) == (5.0, 1)

    bus.clock.advance(timedelta(days=1))
    statistics = bus.ask(rpc.GetProfileStatistics(actor=EXPERT))
    assert (statistics.views, statistics.rating) == (1, 5.0)
    assert statistics.impressions >= 2


def test_where_a_legal_entity_is_needed_it_makes_the_profile_visible(bus, start):
    start("mission-internationale")
    bus.tell(identity.ExpertAdmitted(expert_id="exp_1"))  # before its cause is known here
    register(bus)
    write(bus)

    assert search(bus).items == ()
    bus.tell(legal_entity())

    bus.wait_for(ProfilePublished)
    assert [hit.expert_id for hit in bus.until(lambda: search(bus).items, "the index does not follow")] == ["exp_1"]
    assert len(bus.told(ProfilePublished)) == 1


def test_a_suspended_expert_is_gone_and_a_restart_forgets_nothing(bus, start):
    start("akigora")
    register(bus)
    write(bus)
    bus.tell(identity.ExpertAdmitted(expert_id="exp_1"))
    bus.wait_for(ProfilePublished)

    bus.restart()
    assert [hit.expert_id for hit in search(bus).items] == ["exp_1"]
    bus.until(lambda: not search(bus).degraded, "the index is not built again")

    bus.tell(identity.ExpertSuspended(expert_id="exp_1", reason="charter"))
    assert bus.wait_for(ProfileHidden) == ProfileHidden(expert_id="exp_1", reason="suspended")
    assert search(bus).items == ()
    with pytest.raises(UnknownProfile):
        bus.ask(rpc.OpenProfile(actor=VISITOR, expert_id="exp_1", visitor_key="v"))


def test_a_bad_search_is_refused_by_its_field_over_the_bus(bus, start):
    start("akigora")

    with pytest.raises(InvalidSearch) as refusal:
        search(bus, query="x" * 100_000)

    assert refusal.value.details == {"field": "query"}
