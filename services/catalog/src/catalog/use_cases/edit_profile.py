"""The expert writes his profile, shows it and hides it; the team switches where the policy gives it the switch (P14)."""

import base64
import binascii

from catalog.domain.profile import Profile
from catalog.use_cases.ports import Ports
from catalog.use_cases.views import own_view
from contracts.catalog.v1.errors import InvalidPhoto, NotAnExpert, UnknownProfile, VisibilityNotYours
from contracts.catalog.v1.rpc import ProfileState, ProfileView, PublishProfile, SaveProfile, SetPhoto, SetVisibility
from contracts.wire import Actor, Right, Role

PHOTO_BYTES_AT_MOST = 5_000_000  # A48


def expert_of(actor: Actor) -> str:
    """Whose profile this actor may write. Raises NotAnExpert."""
    if actor.role != Role.EXPERT or not actor.expert_id:
        raise NotAnExpert
    return actor.expert_id


def keep(profile: Profile, ports: Ports) -> None:
    """Settles the state, tells when the profile entered or left the search, and saves it. What is found changes at once."""
    before = profile.state
    if event := profile.settle(ports.policy):
        ports.uow.emit(event, about=profile.expert_id)
    ports.profiles.save(profile)
    if ProfileState.VISIBLE in (before, profile.state):
        ports.follow_after_commit()


def save_profile(call: SaveProfile, ports: Ports) -> ProfileView:
    """Raises NotAnExpert, InvalidProfile."""
    profile = _own(expert_of(call.actor), ports)
    profile.write(call.content, ports.uow.now)
    keep(profile, ports)
    return own_view(profile)


def set_photo(call: SetPhoto, ports: Ports) -> ProfileView:
    """Raises NotAnExpert, InvalidPhoto."""
    expert_id = expert_of(call.actor)
    portrait = ports.pictures.portrait(_decoded(call.photo.content))
    profile = _own(expert_id, ports)
    ports.profiles.keep_photo(expert_id, portrait)
    profile.has_photo = True
    profile.updated_at = ports.uow.now
    keep(profile, ports)
    return own_view(profile)


def publish_profile(call: PublishProfile, ports: Ports) -> ProfileView:
    """Raises NotAnExpert, ProfileIncomplete."""
    profile = _own(expert_of(call.actor), ports)
    profile.publish()
    keep(profile, ports)
    return own_view(profile)


def set_visibility(call: SetVisibility, ports: Ports) -> ProfileView:
    """By the expert, or by the team's support, as the policy says (P14). Raises UnknownProfile, VisibilityNotYours."""
    holder = Role(ports.policy.visibility_switched_by)
    if call.actor.role != holder:
        raise VisibilityNotYours(switched_by=holder.value)
    if holder == Role.OPERATOR and Right.SUPPORT not in call.actor.rights:
        raise VisibilityNotYours("This needs the right support.", right=Right.SUPPORT.value)
    if holder == Role.EXPERT and call.actor.expert_id != call.expert_id:
        raise UnknownProfile(expert_id=call.expert_id)
    profile = ports.profiles.take(call.expert_id)
    if profile is None:
        raise UnknownProfile(expert_id=call.expert_id)
    profile.shown = call.visible
    keep(profile, ports)
    return own_view(profile)


def _own(expert_id: str, ports: Ports) -> Profile:
    """Begun with the first word, even before identity has told of the account; nothing is written after an erasure."""
    profile = ports.profiles.begin(expert_id)
    if profile.erased:
        raise UnknownProfile(expert_id=expert_id)
    return profile


def _decoded(content: str) -> bytes:
    """The length is looked at before anything is decoded."""
    if len(content) > PHOTO_BYTES_AT_MOST * 4 // 3 + 4:
        raise InvalidPhoto("A photo has at most 5 MB.", field="photo.content")
    try:
        image = base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidPhoto("The photo is not base64.", field="photo.content") from None
    if len(image) > PHOTO_BYTES_AT_MOST:
        raise InvalidPhoto("A photo has at most 5 MB.", field="photo.content")
    return image
