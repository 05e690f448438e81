"""The worked examples of the specification, to the cent, as the journeys must show them (money-examples.md)."""

from dataclasses import dataclass

from embedded.cast import Case


@dataclass(frozen=True)
class Example:
    """`instalments`: (TTC paid by the client, commission withheld, paid to the expert), in cents."""

    name: str
    policy: str
    case: Case
    ht: int
    ttc: int
    commission: int
    instalments: tuple[tuple[int, int, int], ...]


EXAMPLES = (
    Example(
        "A1",
        "akigora",
        Case(quantity="8", rate_cents=69_000),
        ht=552_000,
        ttc=662_400,
        commission=99_360,
        instalments=((198_720, 99_360, 99_360), (198_720, 0, 198_720), (264_960, 0, 264_960)),
    ),
    Example(
        "A5",
        "akigora",
        Case(quantity="7.5", rate_cents=61_235),
        ht=459_263,
        ttc=551_116,
        commission=82_667,
        instalments=((165_335, 82_667, 82_668), (165_335, 0, 165_335), (220_446, 0, 220_446)),
    ),
    Example(
        "A8",
        "akigora",
        Case(quantity="8", rate_cents=69_000, weights=(10, 40, 50)),
        ht=552_000,
        ttc=662_400,
        commission=99_360,
        instalments=((66_240, 66_240, 0), (264_960, 33_120, 231_840), (331_200, 0, 331_200)),
    ),
    Example(
        "B1",
        "mission-internationale",
        Case(quantity="8", rate_cents=69_000, means=("transfer",)),
        ht=552_000,
        ttc=662_400,
        commission=66_240,
        instalments=((662_400, 66_240, 596_160),),
    ),
    Example(
        "B7",
        "mission-internationale",
        Case(quantity="7.5", rate_cents=61_235),
        ht=459_263,
        ttc=551_116,
        commission=55_111,
        instalments=((551_116, 55_111, 496_005),),
    ),
)
