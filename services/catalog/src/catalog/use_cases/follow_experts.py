"""What identity and contracting tell of experts: who they are, whether they may be shown, how companies rate them.

Events come twice, late and in any order: a fact about a profile nobody has told of yet waits (NotYet), one older than what is
known changes nothing (`domain/profile.py`).
"""

from catalog.domain.profile import Profile
from catalog.use_cases.edit_profile import keep
from catalog.use_cases.ports import Ports
from contracts.contracting.v1.events import ReviewPublished
from contracts.identity.v1.events import (
    AccountErased,
    AccountRegistered,
    AccountUpdated,
    ExpertAdmitted,
    ExpertRefused,
    ExpertReinstated,
    ExpertSuspended,
    LegalEntityConfirmed,
)
from contracts.wire import Role
from kernel.errors import NotYet


def begin_profile(event: AccountRegistered, ports: Ports) -> None:
    """An expert's account begins an empty draft, or gives its name to the one already begun."""
    ports.accounts.know(event.account_id, event.expert_id)
    if event.expert_id is None:
        return
    profile = ports.profiles.begin(event.expert_id)
    if profile.account_id is None and not profile.erased:
        profile.account_id = event.account_id
        profile.rename(event.first_name, event.last_name, ports.uow.occurred_at)
        keep(profile, ports)


def rename(event: AccountUpdated, ports: Ports) -> None:
    expert_id = ports.accounts.expert_of(event.account_id)
    if expert_id is None:
        return
    profile = _taken(expert_id, ports)
    profile.rename(event.first_name, event.last_name, ports.uow.occurred_at)
    keep(profile, ports)


def confirm_legal_entity(event: LegalEntityConfirmed, ports: Ports) -> None:
    """P13: some operators show no expert before."""
    profile = _taken(event.expert_id, ports)
    profile.legal_entity_confirmed = True
    keep(profile, ports)


def admit(event: ExpertAdmitted, ports: Ports) -> None:
    """The committee said yes (A3)."""
    profile = _taken(event.expert_id, ports)
    profile.decide(True, ports.uow.occurred_at)
    keep(profile, ports)


def refuse(event: ExpertRefused, ports: Ports) -> None:
    profile = _taken(event.expert_id, ports)
    profile.decide(False, ports.uow.occurred_at)
    keep(profile, ports)


def suspend(event: ExpertSuspended, ports: Ports) -> None:
    """Leaves the search at once."""
    profile = _taken(event.expert_id, ports)
    profile.suspend(True, ports.uow.occurred_at)
    keep(profile, ports)


def reinstate(event: ExpertReinstated, ports: Ports) -> None:
    profile = _taken(event.expert_id, ports)
    profile.suspend(False, ports.uow.occurred_at)
    keep(profile, ports)


def erase(event: AccountErased, ports: Ports) -> None:
    """Leaves the search at once; name, words and photo go, the numbers stay."""
    if event.expert_id is None:
        return
    profile = _taken(event.expert_id, ports)
    profile.erase()
    ports.profiles.drop_photo(event.expert_id)
    keep(profile, ports)


def rate(event: ReviewPublished, ports: Ports) -> None:
    """A company's review changes rating and ranking (A21, M77); an expert's review of the company does not concern us."""
    if event.author != Role.COMPANY or not event.scores:
        return
    profile = _taken(event.expert_id, ports)
    if ports.reviews.add(event.mission_id, event.expert_id, ports.uow.now):
        profile.rate(event.scores)
        keep(profile, ports)


def _taken(expert_id: str, ports: Ports) -> Profile:
    profile = ports.profiles.take(expert_id)
    if profile is None:
        raise NotYet(f"nobody has told of expert {expert_id}")
    return profile
