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
    page = max(1, request.args.get("seite", 1, type=int))
    coming = ahead(me().id)
    past, has_more = over(me().id, page, coming)
    return show(
        "appointments/mine.html",
        number=page,
        ahead=coming if page == 1 else [],
        over=past,
        has_more=has_more,
        classes=titles_of_classes(),
        today=clock.today(),
    )
