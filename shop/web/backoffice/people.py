"""Find a person, to see and set what decides their prices."""

from collections.abc import Sequence

from flask import Response, request
from sqlalchemy import func, select

from shop.catalogue.fold import folded, folded_in_sql
from shop.db import db
from shop.people.models import User
from shop.web.backoffice.room import bp, office
from shop.web.frame.guard import staff_only

MOST = 50


@bp.get("/personen/")
@staff_only
def people() -> Response:
    """Accounts whose names or address contain what is looked for, else all; at most MOST of them."""
    query = request.args.get("q", "").strip()[:200]
    found = _found(query)
    return office("people", "people", query=query, found=found[:MOST], is_cut=len(found) > MOST)


def _found(words: str) -> Sequence[User]:
    texts = (User.username, User.first_name, User.last_name, User.email)
    whole = func.coalesce(texts[0], "")
    for each in texts[1:]:
        whole = whole + " " + each
    text, last_name = (folded_in_sql(db.session(), each) for each in (whole, User.last_name))
    people = select(User).where(User.username.is_not(None))  # the others are kept names, and nobody's
    query = people.order_by(last_name, User.first_name, User.id).limit(MOST + 1)
    for word in folded(words).split():
        query = query.where(text.contains(word, autoescape=True))
    return db.session.scalars(query).all()
