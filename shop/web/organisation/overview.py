"""One glance: how many codes stand where, what is unpaid, who redeemed last."""

from uuid import UUID

from flask import Response, request

from shop.web.frame.guard import signed_in
from shop.web.organisation import bought
from shop.web.organisation.room import bp, desk, mine
from shop.web.organisation.standing import SOON, recently_redeemed, standing


@bp.get("/<uuid:organisation_id>/")
@signed_in
def overview(organisation_id: UUID) -> Response:
    """The desk's first page."""
    organisation = mine(organisation_id)
    stands = standing(organisation.id)
    purchases = bought.of(organisation.id)
    return desk(
        organisation,
        "overview",
        "overview",
        tally=stands.all,
        by_course=stands.courses,
        soon_days=SOON.days,
        recent=recently_redeemed(organisation.id),
        overdue=[each for each in purchases if each.state == "overdue"],
        unpaid=[each for each in purchases if each.state == "unpaid"],
        welcome="willkommen" in request.args,
    )
