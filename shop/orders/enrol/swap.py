"""Swapping unused codes to another course: the same price and the same tax, so the invoice stands (DOMAIN C6)."""

from collections.abc import Sequence

from sqlalchemy import select, update

from shop import clock
from shop.bookings import rules
from shop.catalogue.models import Offer
from shop.course_vouchers import find
from shop.course_vouchers.issue import event
from shop.course_vouchers.models import CourseVoucher
from shop.db import changed, db
from shop.failpoints import reach
from shop.orders.enrol.desk import Obstacle, Refused, mine
from shop.people.models import Organisation, User


def choices(voucher: CourseVoucher) -> list[Offer]:
    """The offers that a code could be swapped to, by their numbers; reads only."""
    now = db.session.get_one(Offer, voucher.offer_number)
    query = select(Offer).where(
        Offer.published,
        Offer.kind != "voucher",
        Offer.price_cents == voucher.price_cents,
        Offer.tax_code == now.tax_code,
        Offer.number != now.number,
    )
    found = db.session.scalars(query.order_by(Offer.number))
    return [offer for offer in found if not rules.closed(offer)]


def swap(organisation: Organisation, numbers: Sequence[str], offer_number: str, by: User) -> int:
    """Swap unused codes to another offer of exactly the same price and tax treatment; how many.

    Runs in the caller's transaction, all or nothing. The old codes are void, the new ones have been
    sent to nobody; a frozen one stays frozen. Raises `desk.Refused`.
    """
    wanted = sorted(set(numbers))
    for number in wanted:
        voucher = mine(organisation, number)
        if reason := _refusal(voucher, db.session.get(Offer, offer_number)):
            raise Refused(reason, number)
        _swap(voucher, offer_number, by)
        reach("swap.one_done")
    return len(wanted)


def _refusal(voucher: CourseVoucher, offer: Offer | None) -> "find.Refusal | Obstacle | None":
    """Why a code cannot be swapped to an offer, or None. The first match wins."""
    reason = find.refusal(voucher, clock.today())
    if reason and not voucher.frozen:
        return reason
    if offer is None or rules.closed(offer):
        return Obstacle.GONE
    if offer.number == voucher.offer_number:
        return Obstacle.SAME
    if offer.price_cents != voucher.price_cents:
        return Obstacle.OTHER_PRICE
    now = db.session.get_one(Offer, voucher.offer_number)
    return Obstacle.OTHER_TAX if offer.tax_code != now.tax_code else None


def _swap(voucher: CourseVoucher, offer_number: str, by: User) -> None:
    before = voucher.offer_number
    done = db.session.execute(
        update(CourseVoucher)
        .where(
            CourseVoucher.number == voucher.number,
            CourseVoucher.serial == voucher.serial,
            CourseVoucher.state == "open",
        )
        .values(
            offer_number=offer_number,
            serial=CourseVoucher.serial + 1,
            sent_to="",
            sent_at=None,
            reminded_at=None,
        )
        .execution_options(synchronize_session="fetch")
    )
    if not changed(done):
        raise Refused(find.Refusal.REDEEMED, voucher.number)
    event(voucher, "swapped", by.id, before=before, after=offer_number)
