"""A profile as it is answered: to anybody, and to its owner."""

from catalog.domain.profile import Profile
from contracts.catalog.v1.rpc import ProfileView


def public_view(profile: Profile) -> ProfileView:
    """Exactly what the expert sees of it himself (A52)."""
    return ProfileView(
        expert_id=profile.expert_id,
        name=profile.name,
        state=profile.state,
        content=profile.content,
        photo_url=photo_url(profile),
        rating=profile.rating,
        ratings=profile.reviews,
        admitted=profile.admitted,
    )


def own_view(profile: Profile) -> ProfileView:
    """The same, and what to add next (A46)."""
    return ProfileView(
        expert_id=profile.expert_id,
        name=profile.name,
        state=profile.state,
        content=profile.content,
        photo_url=photo_url(profile),
        rating=profile.rating,
        ratings=profile.reviews,
        admitted=profile.admitted,
        completeness=profile.completeness,
        missing=profile.missing,
        updated_at=profile.updated_at,
    )


def photo_url(profile: Profile) -> str | None:
    """Where the gateway serves the portrait."""
    return f"/api/v1/experts/{profile.expert_id}/photo" if profile.has_photo else None
