"""What appointments cost whom: the price matrix, classes, contracts, and who has which (DOMAIN W5).

Readers ask `pricer`; writers work in the caller's transaction and raise `Refused`.
"""

from shop.catalogue.prices.classes import add_class, make_default, remove_class, rename_class
from shop.catalogue.prices.contracts import (
    add_contract_kind,
    end_contract,
    give_contract,
    remove_contract,
    remove_contract_kind,
    rename_contract_kind,
    set_classes,
)
from shop.catalogue.prices.pricer import Bookable, Pricer, day_of, price_by_hand, price_of, pricer
from shop.catalogue.prices.reading import class_titles
from shop.catalogue.prices.refused import Reason, Refused, Uses
from shop.catalogue.prices.rows import add_row, change_row, remove_row

__all__ = [
    "Bookable",
    "Pricer",
    "Reason",
    "Refused",
    "Uses",
    "add_class",
    "add_contract_kind",
    "add_row",
    "change_row",
    "class_titles",
    "day_of",
    "end_contract",
    "give_contract",
    "make_default",
    "price_by_hand",
    "price_of",
    "pricer",
    "remove_class",
    "remove_contract",
    "remove_contract_kind",
    "remove_row",
    "rename_class",
    "rename_contract_kind",
    "set_classes",
]
