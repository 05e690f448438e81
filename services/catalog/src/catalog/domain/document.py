"""A visible profile as the search sees it: its words, its tags to filter by, its signals to rank by."""

from dataclasses import dataclass

from catalog.domain.policy import CatalogPolicy
from catalog.domain.profile import Profile
from catalog.domain.ranking import Signals
from catalog.domain.words import fold, words_of
from contracts.catalog.v1.rpc import ProfileContent, ProfileState

TAGGED = ("skills", "sectors", "countries", "languages")


@dataclass(frozen=True)
class SearchDocument:
    """`version` tells one state of the row from the next. `labels` are the tags as written, by field."""

    expert_id: str
    version: int
    name: str
    title: str
    labels: dict[str, tuple[str, ...]]
    body: str
    day_rate_cents: int | None
    rating: float | None
    signals: Signals


def document_of(profile: Profile, version: int, policy: CatalogPolicy) -> SearchDocument | None:
    """None for a profile that is not to be found."""
    if profile.state != ProfileState.VISIBLE:
        return None
    content = profile.content
    return SearchDocument(
        expert_id=profile.expert_id,
        version=version,
        name=profile.name,
        title=content.title,
        labels=labels_of(content),
        body=body_of(content),
        day_rate_cents=content.day_rate.amount if content.day_rate else None,
        rating=profile.rating,
        signals=signals_of(profile, policy),
    )


def signals_of(profile: Profile, policy: CatalogPolicy) -> Signals:
    """Letters count as far as the policy takes them for a proof of trust (P26)."""
    return Signals(
        score_sum=profile.score_sum,
        reviews=profile.reviews,
        completeness=profile.completeness,
        letters=min(profile.content.reference_letters, policy.max_reference_letters),
        updated_at=int(profile.updated_at.timestamp()) if profile.updated_at else 0,
    )


def labels_of(content: ProfileContent) -> dict[str, tuple[str, ...]]:
    return {
        "skills": tuple(skill.name for skill in content.skills),
        "sectors": content.sectors,
        "countries": content.countries,
        "languages": content.languages,
    }


def body_of(content: ProfileContent) -> str:
    """Everything said that is neither the title nor a tag."""
    lived = (f"{one.title} {one.organisation} {one.description}" for one in content.experiences)
    return "\n".join((content.summary, *content.soft_skills, *lived))


def tags_of(content: ProfileContent) -> list[str]:
    """`skills:sap`, `countries:france`: what filters compare, folded."""
    return [tag(field, label) for field, labels in labels_of(content).items() for label in labels]


def tag(field: str, label: str) -> str:
    return f"{field}:{fold(label)}"


def search_text_of(profile: Profile) -> str:
    """All words, folded, for the search without an index."""
    labels = " ".join(label for values in labels_of(profile.content).values() for label in values)
    return " ".join(words_of(f"{profile.name} {profile.content.title} {labels} {body_of(profile.content)}"))
