"""What somebody has booked: the next appointment first, and what is over (DOMAIN W10)."""

from flask import Response

from shop import clock
from shop.bookings.appointments import of_user
from shop.web.appointments.room import bp, titles_of_classes
from shop.web.frame.guard import current_person, signed_in
from shop.web.frame.show import show


@bp.get("/konto/termine")
@signed_in
def mine() -> Response:
    """One's own appointments."""
    person = current_person()
    assert person is not None
    ahead, over = of_user(person.id)
    return show(
        "appointments/mine.html", ahead=ahead, over=over, classes=titles_of_classes(), today=clock.today()
    )
