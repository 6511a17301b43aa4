"""What somebody has booked: the next appointment first, and what is over, a page at a time (DOMAIN W10)."""

from flask import Response, request

from shop import clock
from shop.bookings.appointments import ahead, over
from shop.web.appointments.room import bp, titles_of_classes
from shop.web.frame.guard import me, signed_in
from shop.web.frame.show import show


@bp.get("/konto/termine")
@signed_in
def mine() -> Response:
    """One's own appointments; further pages hold what is over only."""
    page = _page()
    past, has_more = over(me().id, page)
    return show(
        "appointments/mine.html",
        number=page,
        ahead=ahead(me().id) if page == 1 else [],
        over=past,
        has_more=has_more,
        classes=titles_of_classes(),
        today=clock.today(),
    )


def _page() -> int:
    """The page that the address names; whatever is none is the first."""
    typed = request.args.get("seite", "")
    return max(int(typed), 1) if typed.isascii() and typed.isdecimal() and len(typed) < 6 else 1
