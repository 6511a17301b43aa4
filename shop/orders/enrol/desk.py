"""What an organisation's desk finds of its own, and why a deed with a code is refused (DOMAIN C6)."""

from enum import Enum

from shop import clock
from shop.course_vouchers import find
from shop.course_vouchers.models import CourseVoucher
from shop.people.models import Organisation


class Obstacle(Enum):
    """Why an administrator cannot do this with a code, besides what keeps it from being redeemed."""

    MISSING = "no such code of this organisation"
    NOT_SENT = "not sent to anybody"
    BEGUN = "the course has begun"
    COMPLETED = "the course is completed"
    SAME = "the code is for this course already"
    GONE = "no such course to be had"
    OTHER_PRICE = "another price"
    OTHER_TAX = "taxed in another way"


class Refused(Exception):
    """A deed of an administrator that cannot be done; `number` is the code that it fails for."""

    def __init__(self, reason: "find.Refusal | Obstacle", number: str) -> None:
        super().__init__(f"{number}: {reason.value}")
        self.reason, self.number = reason, number


def mine(organisation: Organisation, number: str) -> CourseVoucher:
    """A code found through its owner. Raises Refused: somebody else's does not exist (QUALITY A2)."""
    voucher = find.get_for(organisation.id, number)
    if voucher is None:
        raise Refused(Obstacle.MISSING, number)
    return voucher


def usable(organisation: Organisation, number: str) -> CourseVoucher:
    """One's own code that could be redeemed right now. Raises Refused."""
    voucher = mine(organisation, number)
    if reason := find.refusal(voucher, clock.today()):
        raise Refused(reason, number)
    return voucher
