"""Profiles as they are read, and how often (M65, M66, M71)."""

import base64
import hashlib
from datetime import date, timedelta

from catalog.domain.profile import Profile
from catalog.use_cases.edit_profile import expert_of
from catalog.use_cases.ports import Ports
from catalog.use_cases.views import own_view, public_view
from contracts.catalog.v1.errors import UnknownProfile
from contracts.catalog.v1.events import ProfileViewed
from contracts.catalog.v1.rpc import (
    GetOwnProfile,
    GetPhoto,
    GetProfileStatistics,
    OpenProfile,
    ProfileState,
    ProfileStatistics,
    ProfileView,
)
from contracts.shapes import FileContent
from contracts.wire import Actor, Right, Role

RECENT_DAYS = 30
COUNTED = (Role.VISITOR, Role.COMPANY, Role.EXPERT)


def get_own_profile(call: GetOwnProfile, ports: Ports) -> ProfileView:
    """An empty draft before the first word is written. Raises NotAnExpert."""
    expert_id = expert_of(call.actor)
    return own_view(ports.profiles.get(expert_id) or Profile(expert_id))


def open_profile(call: OpenProfile, ports: Ports) -> ProfileView:
    """Counts a view once a visitor and day; bots, the owner and the team are left out. Raises UnknownProfile."""
    profile = _readable(call.actor, call.expert_id, ports)
    visitor = call.visitor_key or call.actor.account_id
    counts = visitor and not call.bot and call.actor.role in COUNTED and not _is_owner(call.actor, profile)
    if counts and profile.state == ProfileState.VISIBLE:
        day = ports.uow.now.date()
        if ports.statistics.count_view(profile.expert_id, day, _disguised(str(visitor), profile.expert_id, day)):
            ports.uow.emit(ProfileViewed(expert_id=profile.expert_id, day=day.isoformat()), about=profile.expert_id)
    return public_view(profile)


def get_photo(call: GetPhoto, ports: Ports) -> FileContent:
    """The portrait of a profile this actor may read. Raises UnknownProfile, also where there is no photo."""
    profile = _readable(call.actor, call.expert_id, ports)
    portrait = ports.profiles.photo(profile.expert_id)
    if portrait is None:
        raise UnknownProfile("This profile has no photo.", expert_id=call.expert_id)
    return FileContent(filename="portrait.jpg", content_type="image/jpeg", content=base64.b64encode(portrait).decode())


def get_profile_statistics(call: GetProfileStatistics, ports: Ports) -> ProfileStatistics:
    """Raises NotAnExpert."""
    expert_id = expert_of(call.actor)
    profile = ports.profiles.get(expert_id) or Profile(expert_id)
    ever = ports.statistics.counts(expert_id)
    recent = ports.statistics.counts(expert_id, since=ports.uow.now.date() - timedelta(days=RECENT_DAYS - 1))
    return ProfileStatistics(
        expert_id=expert_id,
        views=ever.views,
        impressions=ever.impressions,
        views_30_days=recent.views,
        impressions_30_days=recent.impressions,
        rating=profile.rating,
        ratings=profile.reviews,
    )


def forget_visitors(ports: Ports) -> None:
    """Once a day is over, nobody needs to know who its visitors were."""
    ports.statistics.forget_visitors(before=ports.uow.now.date() - timedelta(days=1))


def _readable(actor: Actor, expert_id: str, ports: Ports) -> Profile:
    """Visible to everybody; in any state to its owner, the committee and the team's support (A52)."""
    profile = ports.profiles.get(expert_id)
    if profile is None or not (profile.state == ProfileState.VISIBLE or _is_owner(actor, profile) or _judges(actor)):
        raise UnknownProfile(expert_id=expert_id)
    return profile


def _is_owner(actor: Actor, profile: Profile) -> bool:
    return actor.role == Role.EXPERT and actor.expert_id == profile.expert_id


def _judges(actor: Actor) -> bool:
    return actor.role == Role.OPERATOR and bool({Right.COMMITTEE, Right.SUPPORT} & set(actor.rights))


def _disguised(visitor: str, expert_id: str, day: date) -> str:
    """Tells visitors of one profile and day apart; cannot be followed from one profile or day to another."""
    return hashlib.sha256(f"{expert_id}\x1f{day}\x1f{visitor}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
