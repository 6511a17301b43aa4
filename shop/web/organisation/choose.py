"""The desk's door: on to the one organisation, or a choice among several."""

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from shop.people.organisations import of_user
from shop.web.frame.guard import current_person, signed_in
from shop.web.frame.show import show
from shop.web.organisation.room import bp


@bp.get("/")
@signed_in
def choose() -> Response | Redirect:
    """Lead an administrator to their organisation; `?kurs=` goes on to ordering that course."""
    person = current_person()
    mine = of_user(person) if person else []
    wish = request.args.get("kurs", "")[:20]
    if len(mine) == 1:
        if wish:
            return redirect(url_for("organisation.order", organisation_id=mine[0].id, kurs=wish), 303)
        return redirect(url_for("organisation.overview", organisation_id=mine[0].id), 303)
    return show("organisation/choose.html", organisations=mine, wish=wish)
