"""What an owner wishes to be told about a card."""

from shop.cards import find


def choose_reminders(number: str, *, low: bool, expiry: bool) -> None:
    """Switch the reminders of a card on or off, in the caller's transaction: little left, soon over."""
    card = find.locked(number)
    card.reminds_low, card.reminds_expiry = low, expiry
