"""Somebody with a code, at the page where it becomes a place."""

from typing import Any

from sqlalchemy import func, select
from werkzeug.test import TestResponse

from shop.bookings.models import Booking
from shop.db import db
from tests.organisation_desk.office import Office
from tests.web.guest import Guest, hidden

PAGE = "/voucher-einloesen/"
NEW = {
    "way": "new",
    "first_name": "Heidi",
    "last_name": "Koch",
    "email": "heidi@example.org",
    "new_username": "heidi.koch",
    "password": "Dampfer pfeift im Morgennebel",
}


class Holder(Guest):
    """A browser of somebody who has a code."""

    def token_on(self, path: str = PAGE) -> str:
        return hidden(self.get(path), "csrf_token")

    def redeem(self, code: str, username: str = "jonas", **fields: Any) -> TestResponse:
        """Redeem a code as somebody with an account."""
        return self.send_bare(
            PAGE,
            {"csrf_token": self.token_on(), "code": code, "way": "existing", "username": username, **fields},
        )

    def redeem_new(self, code: str, **fields: Any) -> TestResponse:
        """Redeem a code with the data form."""
        return self.send_bare(PAGE, {"csrf_token": self.token_on(), "code": code, **NEW, **fields})


def places(office: Office) -> int:
    """How many firm places there are."""
    return office.inside(
        lambda: (
            db.session.scalar(select(func.count()).select_from(Booking).where(Booking.state == "confirmed"))
            or 0
        )
    )
