"""Plays a bank statement against the real ledger: one line, one transaction, one expected answer.

    sell  voucher:G1             50,00   ok            the till gives, the purse gets
    spend voucher:G1  as s1      30,00   ok            the purse gives, revenue gets
    load  voucher:G1 > card:W1   20,00   ok            from purse to purse
    hold  voucher:G1  as h1      30,00   ok            for thirty minutes by the database's clock
    post  h1                     20,00   ok            also: post h1, void h1, expire h1
    wait  31m                                          the clock goes on
    sweep                        1                     expires what is overdue
    free  voucher:G1             20,00                 what can still be given
    has   revenue                30,00                 what was posted

A line with a name that was used before says the same again, or contradicts it. After the last line
the auditor looks at everything.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from shop import clock
from shop.core.money import euros
from shop.db import db, transaction
from shop.ledger import audit, book

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
_LINE = re.compile(
    r"(?P<verb>\w+)\s+(?P<subject>[\w:]+)?(?:\s*>\s*(?P<other>[\w:]+))?(?:\s+as\s+(?P<name>\w+))?"
    r"(?:\s+(?P<amount>\d[\d,]*m?))?(?:\s+(?P<answer>[a-z_]+))?"
)


def answer_of(deed: Callable[[], object]) -> str:
    """Do something in a transaction of its own; how the ledger answered, in one word."""
    try:
        with transaction():
            deed()
    except book.HoldEnded as over:
        return f"already_{over.how}"
    except book.Refused as refused:
        return re.sub(r"(?<!^)(?=[A-Z])", "_", type(refused).__name__).lower()
    return "ok"


class Play:
    """One statement being played, from noon on."""

    def __init__(self) -> None:
        self.now = NOON
        self.count = 0

    def line(self, text: str) -> None:
        """Play one line and compare."""
        match = _LINE.fullmatch(text)
        assert match, f"cannot read {text!r}"
        words = {key: value or "" for key, value in match.groupdict().items()}
        self.count += 1
        with clock.stopped_at(self.now):
            getattr(self, words["verb"])(**words)

    def _expect(self, words: dict[str, str], deed: Callable[[], object]) -> None:
        assert words["answer"], "a deed needs its answer"
        assert answer_of(deed) == words["answer"]

    def _id(self, words: dict[str, str]) -> UUID:
        return book.transfer_id("play", words["name"] or self.count)

    def _move(self, words: dict[str, str], debit: str, credit: str) -> None:
        facts = {"cents": euros(words["amount"]), "reason": words["verb"], "reference": words["subject"]}
        self._expect(words, lambda: book.transfer(self._id(words), debit=debit, credit=credit, **facts))

    def sell(self, **words: str) -> None:
        self._move(words, "till:pretend", words["subject"])

    def spend(self, **words: str) -> None:
        self._move(words, words["subject"], "revenue")

    def load(self, **words: str) -> None:
        self._move(words, words["subject"], words["other"])

    def hold(self, **words: str) -> None:
        facts = {"cents": euros(words["amount"]), "reason": "hold", "reference": words["subject"]}
        facts |= {"debit": words["subject"], "credit": words["other"] or "revenue"}
        deadline = self.now + timedelta(minutes=30)
        self._expect(words, lambda: book.hold(self._id(words), deadline=deadline, **facts))

    def post(self, **words: str) -> None:
        hold = book.transfer_id("play", words["subject"])
        self._expect(words, lambda: book.post(hold, euros(words["amount"]) if words["amount"] else None))

    def void(self, **words: str) -> None:
        self._expect(words, lambda: book.void(book.transfer_id("play", words["subject"])))

    def expire(self, **words: str) -> None:
        self._expect(words, lambda: book.expire(book.transfer_id("play", words["subject"])))

    def wait(self, **words: str) -> None:
        self.now += timedelta(minutes=int(words["subject"].removesuffix("m")))

    def sweep(self, **words: str) -> None:
        with transaction():
            assert book.expire_overdue() == int(words["subject"])

    def free(self, **words: str) -> None:
        assert book.available(words["subject"]) == euros(words["amount"])

    def has(self, **words: str) -> None:
        assert book.posted(words["subject"]) == euros(words["amount"])


def play(statement: str) -> None:
    """Play every line; the one that goes otherwise is named in the error."""
    stage = Play()
    for number, text in enumerate(statement.splitlines(), start=1):
        if line := text.partition("#")[0].strip():
            try:
                stage.line(line)
            except AssertionError as wrong:
                raise AssertionError(f"line {number}: {line}\n{wrong}") from wrong
    in_order()


def in_order() -> None:
    """The auditor finds nothing."""
    db.session.rollback()
    assert [finding for finding in audit.check() if not finding.holds] == []
