"""Profiles and search. Searching and reading need no account (M71)."""

from contracts.catalog.v1 import rpc
from contracts.contracting.v1.rpc import ListReviews
from gateway.answers import PHOTO
from gateway.exchange import Exchange
from gateway.route import ANYBODY, EXPERT, GET, POST, PUT

FILTERS = {"q": "query", "skill": "skills", "sector": "sectors", "country": "countries", "language": "languages"}


def _own_expert(exchange: Exchange) -> str | None:
    return exchange.actor.expert_id


ROUTES = (
    GET("/profile", rpc.GetOwnProfile, (EXPERT,)),
    PUT("/profile", rpc.SaveProfile, (EXPERT,)),
    PUT("/profile/photo", rpc.SetPhoto, (EXPERT,), deadline_seconds=30),
    POST("/profile/publish", rpc.PublishProfile, (EXPERT,)),
    PUT("/profile/visibility", rpc.SetVisibility, (EXPERT,), fills={"expert_id": _own_expert}, hides=("reason",)),
    GET("/profile/statistics", rpc.GetProfileStatistics, (EXPERT,)),
    GET("/experts", rpc.SearchProfiles, ANYBODY, names=FILTERS),
    GET("/experts/{expert_id}", rpc.OpenProfile, ANYBODY),
    GET("/experts/{expert_id}/photo", rpc.GetPhoto, ANYBODY, answering=PHOTO),
    GET("/experts/{expert_id}/reviews", ListReviews, ANYBODY),
)
