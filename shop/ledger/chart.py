"""The chart of accounts: which names there are, which are purses, and on which side each one grows."""

import re
from functools import lru_cache

EUR = "EUR"
PURSES = ("voucher", "card")  # what holds value for somebody: never below its limit
DEBIT_SIDE = ("till", "receivable", "discount")  # what we have, are owed, or gave away grows by debits
_NAME = re.compile(
    r"(?:(?:till|receivable|payable|voucher|card):[0-9A-Za-z_-]{1,60}|revenue|discount|breakage|suspense)"
    r"(?::(?P<currency>[A-Z]{3}))?"
)
_CURRENCY = re.compile(r"[A-Z]{3}")


class NoSuchAccount(ValueError):
    """A name that is not in the chart, or not for this currency: a typing error must not open an account."""


@lru_cache(maxsize=4096)
def named(account: str, currency: str = EUR) -> str:
    """The full name of an account for a currency: `till:stripe`, or `till:stripe:USD`.

    Euro accounts carry no suffix, so a transfer in dollars never meets a euro account (QUALITY I1).
    Raises NoSuchAccount.
    """
    if _CURRENCY.fullmatch(currency) is None:
        raise NoSuchAccount(f"no such currency: {currency!r}")
    known = currency_of(account)
    if known == currency:
        return account
    if known != EUR:
        raise NoSuchAccount(f"{account!r} is not in {currency}")
    return f"{account}:{currency}"


@lru_cache(maxsize=4096)
def currency_of(account: str) -> str:
    """The currency that an account's name tells, EUR without a suffix. Raises NoSuchAccount."""
    match = _NAME.fullmatch(account)
    if match is None or match["currency"] == EUR:
        raise NoSuchAccount(f"not in the chart of accounts: {account!r}")
    return match["currency"] or EUR


def is_purse(account: str) -> bool:
    """Whether an account keeps counters and a limit (DESIGN, Ledger)."""
    return account.partition(":")[0] in PURSES


def side(account: str) -> int:
    """1 where a balance is credits less debits, -1 where it is debits less credits."""
    return -1 if account.partition(":")[0] in DEBIT_SIDE else 1
