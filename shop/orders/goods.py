"""Which goods room serves which line: quote it before it is ordered, fulfil it when it is paid."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from shop.vouchers import issue as vouchers
from shop.vouchers.quote import Quote
from shop.vouchers.quote import quote as quote_voucher


@dataclass(frozen=True)
class Goods:
    """The few functions that each goods room offers the deals."""

    quote: Callable[[Mapping[str, Any], str], Quote]
    fulfil: Callable[..., list[Any]]


SERVES: Mapping[str, Goods] = {
    "voucher": Goods(quote_voucher, vouchers.fulfil),
}
