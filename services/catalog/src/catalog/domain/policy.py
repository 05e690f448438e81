"""The operator's rules for profiles: table `[catalog]` of the policy file."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class CatalogPolicy:
    """P13: `visible_without_legal_entity`; P14: `visibility_switched_by`; P15: `paid_boost`; A48: `photo_required`.

    P26: `proof_of_trust` and how many client letters count (`max_reference_letters`, 0 to 3: M36).
    """

    visible_without_legal_entity: bool
    visibility_switched_by: Literal["operator", "expert"]
    paid_boost: bool
    proof_of_trust: Literal["recommendations", "letters"]
    max_reference_letters: int
    photo_required: bool
