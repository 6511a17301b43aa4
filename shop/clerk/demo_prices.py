"""The invented centre's price matrix: classes, one kind of contract, and a row for almost everything."""

import tomllib

from shop.catalogue import prices
from shop.clerk.demo_courses import FOLDER
from shop.core.matrix import DIMENSIONS
from shop.core.money import euros


def add_prices() -> None:
    """Put classes, contract kinds and rows into the open transaction; the first class is the default."""
    facts = tomllib.loads((FOLDER / "prices.toml").read_text(encoding="utf-8"))
    for each in facts["class"]:
        prices.add_class(each["dimension"], each["title"], key=each["key"])
    for each in facts["kind"]:
        prices.add_contract_kind(each["title"], key=each["key"])
    for each in facts["row"]:
        ticked = {dimension: each[dimension] for dimension in DIMENSIONS}
        prices.add_row(ticked, euros(each["price"]), each.get("requires", ""))
