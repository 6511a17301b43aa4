"""The card's own page: how it stands, and what has moved (issue 5)."""

from flask import Response, request

from shop.cards import find
from shop.web.cards.movements import page
from shop.web.cards.room import bp, card_of
from shop.web.cards.standing import standing
from shop.web.frame.guard import me, signed_in
from shop.web.frame.show import show


@bp.get("/konto/wertkarte/")
@signed_in
def home() -> Response:
    """One card of a person; for htmx another page of its movements. Without a card, what there is to buy."""
    wanted, mine = request.args.get("karte", ""), find.of_user(me().id)
    if not mine and not wanted:
        return show("cards/none.html", kinds=find.types_on_sale())
    card = card_of(wanted) if wanted else mine[0]
    before = _before()
    lines, more = page(card.number, before)
    return show(
        "cards/card.html",
        "cards/_movements.html",
        card=card,
        kind=find.type_of(card),
        stands=standing(card),
        others=[(each, find.type_of(each)) for each in mine] if len(mine) > 1 else [],
        lines=lines,
        more=more,
        before=before,
        owner=me().name or me().username,
        is_loaded="geladen" in request.args,
        is_chosen="gemerkt" in request.args,
    )


def _before() -> int | None:
    """The position that the address names; whatever is none shows the newest."""
    typed = request.args.get("vor", "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else None
