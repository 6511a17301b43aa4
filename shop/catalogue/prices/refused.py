"""Why a change to prices, classes or contracts is refused: one enum, one exception."""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """What is wrong; who shows it words it."""

    UNNAMED = "unnamed"
    TAKEN = "taken"  # another class of the dimension, or another kind, is called so
    UNKNOWN = "unknown"  # there is no such class or kind
    NOTHING_TICKED = "nothing_ticked"
    USED = "used"
    DEFAULT = "default"  # what somebody is whom nobody has given a class
    NO_DEFAULT = "no_default"  # this dimension knows none
    DAYS = "days"  # ends before it begins
    OWNED = "owned"  # the same kind on some of the same days


@dataclass(frozen=True)
class Uses:
    """What uses a class or a kind: how many rows and people, and the numbers of the offers."""

    rows: int = 0
    people: int = 0
    offers: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.rows or self.people or self.offers)


class Refused(ValueError):
    """The change was not made; `dimension` names where, when only one is meant."""

    def __init__(self, reason: Reason, *, dimension: str = "", uses: Uses = Uses()) -> None:
        super().__init__(f"{reason} {dimension}".strip())
        self.reason, self.dimension, self.uses = reason, dimension, uses
