"""One box and filters (A14, A15, M74), without an account (M71).

The engine finds a window of candidates, we rank it exactly, the database has the last word on who is visible. When the index
cannot be read, the database searches by itself, more simply, and the answer says `degraded`.
"""

from catalog.domain.profile import Profile
from catalog.domain.ranking import Ranked, rank
from catalog.domain.wanted import Position, next_position, position_of, wanted_by
from catalog.use_cases.ports import IndexUnavailable, Ports
from catalog.use_cases.views import photo_url
from contracts.catalog.v1.rpc import SearchHit, SearchProfiles, SearchResults

TEASER_LENGTH = 300


def search_profiles(call: SearchProfiles, ports: Ports) -> SearchResults:
    """Each hit shown counts an impression (M66), but not to bots nor to its owner. Raises InvalidSearch."""
    wanted = wanted_by(call)
    position = position_of(call.cursor, wanted) if call.cursor else Position(int(ports.uow.now.timestamp()))
    degraded = False
    try:
        found = ports.upkeep.index.find(wanted, position.window)
    except IndexUnavailable:
        found, degraded = ports.profiles.find(wanted, position.window), True
    ranked = [hit for hit in rank(found.candidates, position.as_of) if position.is_before(hit)]
    page, rest = ranked[: call.limit], ranked[call.limit :]
    visible = ports.profiles.visible([hit.expert_id for hit in page])
    items = tuple(_hit(hit, visible[hit.expert_id]) for hit in page if hit.expert_id in visible)
    if items and not call.bot:
        shown = [item.expert_id for item in items if item.expert_id != call.actor.expert_id]
        ports.statistics.count_impressions(shown, ports.uow.now.date())
    following = next_position(position, page, rest, found.total)
    return SearchResults(
        items=items,
        total=found.total,
        facets=found.facets,
        next_cursor=following.cursor(wanted) if following else None,
        did_you_mean=found.did_you_mean,
        degraded=degraded,
    )


def _hit(hit: Ranked, profile: Profile) -> SearchHit:
    return SearchHit(
        expert_id=profile.expert_id,
        name=profile.name,
        title=profile.content.title,
        summary=profile.content.summary[:TEASER_LENGTH],
        skills=tuple(skill.name for skill in profile.content.skills),
        day_rate=profile.content.day_rate,
        photo_url=photo_url(profile),
        rating=profile.rating,
        ratings=profile.reviews,
        score=hit.score,
        parts=hit.parts,
    )
