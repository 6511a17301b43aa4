"""The invented centre's value cards."""

import tomllib

from shop.cards.models import CardType
from shop.clerk.card_type import NOTICE
from shop.clerk.demo_courses import FOLDER
from shop.core.money import euros
from shop.db import db


def add_card_types() -> None:
    """Put the types of cards into the open transaction."""
    for position, each in enumerate(
        tomllib.loads((FOLDER / "cards.toml").read_text(encoding="utf-8"))["type"]
    ):
        kind = CardType(
            key=each["key"],
            title=each["title"],
            tiers=each["tiers"],
            limit_standard=euros(each["limit_standard"]),
            limit_ordered=euros(each["limit_ordered"]),
            low_cents=euros(each["low"]),
            classes=each["classes"],
            notice=dict(NOTICE),
            position=position,
        )
        db.session.add(kind)
