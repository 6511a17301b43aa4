"""Redeeming a voucher and ordering a course with the bare driver: what `bench_redeem` measures the shop against.

The statements are those of `redemption.claim.claim` and `place.place` with nothing left to pay, in their
order (tests/bench/redeem_sql.py). The rows must satisfy the shop's own auditors.
"""

import hashlib
import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from shop.centre.tax_notes import tax_note
from shop.core import codes, tax
from shop.ledger.book import transfer_id
from tests.bench import redeem_sql as sql
from tests.bench.settle_by_hand import Hand, document, message, seller
from tests.shopfloor import ERNA

BUYER = f"{ERNA.first_name} {ERNA.last_name}"


@dataclass(frozen=True)
class Piece:
    """One piece of work: a visitor with one place in the basket, and a voucher that pays for all of it."""

    visitor: str
    number: str
    code: str
    cents: int
    form_key: UUID
    seen: str


class ByHand:
    """Does pieces of work on a bare connection."""

    def __init__(self, hand: Hand, website: str, code_key: bytes) -> None:
        self.hand, self.website, self.code_key = hand, website, code_key

    def claim(self, piece: Piece) -> None:
        """Redeem the voucher towards the basket."""
        hand = self.hand
        hand.begin()
        asked_at = self._moment()
        self._admit("address:127.0.0.1", asked_at)
        serial = hand.run(sql.SERIAL, piece.number).fetchone()[0]
        if not codes.matches(self.code_key, piece.number, serial, piece.code):
            raise ValueError("a wrong code")
        hand.run(sql.VOUCHER, piece.number).fetchone()
        self._take_turn(piece.visitor)
        claim_id, now = uuid.uuid4(), datetime.now(UTC)
        row = (hand.id(claim_id), piece.visitor, piece.number, hand.moment(now))
        if hand.run(sql.NEW_CLAIM, *row).rowcount != 1:
            raise ValueError("redeemed before")
        account = f"voucher:{piece.number}"
        _, _, cents, _ = self._plan(piece.visitor)
        until, hold = asked_at + timedelta(minutes=45), transfer_id("claim", claim_id, 1)
        self._hold(hold, account, cents, until, "held at checkout", str(claim_id))
        hand.run(sql.CLAIM_HOLDS, hand.id(hold), cents, hand.moment(until), hand.id(claim_id))
        hand.connection.commit()

    def place(self, piece: Piece) -> None:
        """Order what lies in the basket; nothing is left to pay, so the order is settled at once."""
        hand = self.hand
        hand.begin()
        self._take_turn(piece.visitor)
        order_id, line_id = uuid.uuid4(), uuid.uuid4()
        if hand.run(sql.FORM, hand.id(piece.form_key)).fetchone():
            raise ValueError("ordered before")
        wish, offer, cents, claim = self._plan(piece.visitor)
        facts, reference = json.loads(wish[3]), codes.new_order_number()
        self._freeze(piece, order_id, line_id, reference, offer, cents, wish[3])
        self.placed_at = self._moment()
        until = self.placed_at + timedelta(minutes=90)
        self._set_aside(line_id, facts, until)
        tender, hold = self._take(piece, claim, order_id, line_id, cents, until, reference)
        hand.run(sql.EMPTY, piece.visitor, wish[0])
        now = hand.moment(datetime.now(UTC))
        if hand.run(sql.SETTLED, now, hand.id(order_id)).rowcount != 1:
            raise ValueError("settled before")
        self._confirm(line_id, facts, reference)
        self._post(order_id, piece.number, tender, hold, cents, reference)
        self._invoice(order_id, line_id, offer, facts, cents)
        id, told = uuid.uuid5(order_id, "mail:order_confirmed"), {"order": str(order_id)}
        message(hand, id, "order_confirmed", ERNA.email, told, reference)
        hand.connection.commit()

    def _moment(self) -> datetime:
        """The database's time, asked once in a transaction."""
        now = self.hand.now()
        moment = now if isinstance(now, datetime) else datetime.fromisoformat(now).replace(tzinfo=UTC)
        return moment.astimezone(UTC)

    def _take_turn(self, visitor: str) -> None:
        if self.hand.locks:
            self.hand.run(sql.TAKE_TURN, f"visitor:{visitor}")

    def _admit(self, source: str, now: datetime) -> None:
        since, mark = (
            now - timedelta(minutes=10),
            hashlib.blake2b(source.encode(), digest_size=32).hexdigest(),
        )
        if self.hand.locks:
            self.hand.run(sql.TAKE_SOURCES_TURN, int(mark[:15], 16))
        if len(self.hand.run(sql.WRONG, mark, self.hand.moment(since)).fetchall()) == 10:
            raise ValueError("too many wrong codes")

    def _basket(self, visitor: str) -> tuple[Any, Any, int]:
        """The one wish, its course, and its price in cents."""
        (wish,) = self.hand.run(sql.BASKET, visitor, False).fetchall()
        number = json.loads(wish[3])["offer"]
        offer = self.hand.run(sql.OFFER, number).fetchone()
        free, awaited = self.hand.run(sql.LOOK, number, number).fetchone()
        if not (offer[2] and offer[3] and free) or awaited or offer[7]:
            raise ValueError("not a course to be booked by hand")
        return wish, offer, int(offer[1])

    def _plan(self, visitor: str) -> tuple[Any, Any, int, Any]:
        """The basket, and the one claim that pays for it."""
        hand = self.hand
        wish, offer, cents = self._basket(visitor)
        (claim,) = hand.run(sql.REDEEMED, visitor).fetchall()
        account, hold = f"voucher:{claim[1]}", claim[3]
        found = hand.run(sql.LEFT_BESIDES, account, hold) if hold else hand.run(sql.LEFT, account)
        if claim[6] or claim[7] or json.loads(claim[9]) or found.fetchone()[0] < cents:
            raise ValueError("not a voucher to be redeemed by hand")
        return wish, offer, cents, claim

    def _hold(self, id: UUID, account: str, cents: int, until: datetime, reason: str, reference: str) -> None:
        hand, now = self.hand, datetime.now(UTC)
        if hand.run(sql.DEBIT, cents, account, cents).rowcount != 1:
            raise ValueError("overdrawn")
        facts = (hand.id(id), "hold", cents, reason, reference, hand.moment(until), None)
        if hand.run(sql.KEEP, *facts, hand.moment(now), account).rowcount != 1:
            raise ValueError("not kept")

    def _end(self, kind: str, hold: UUID, account: str, held: int, reason: str, reference: str) -> None:
        """Void or post a hold of so many cents."""
        hand = self.hand
        hand.run(sql.HELD, hand.id(hold)).fetchone()
        if hand.locks:
            hand.run(sql.LOCK, [account, "revenue"]).fetchall()
        now, final = self.placed_at, held if kind == "post" else 0
        facts = (hand.id(transfer_id("an end of", hold, kind)), kind, final, reason, reference)
        if hand.run(sql.KEEP, *facts, None, hand.id(hold), hand.moment(now), account).rowcount != 1:
            raise ValueError("ended before")
        hand.run(sql.SHIFT, -held, final, account)

    def _freeze(
        self, piece: Piece, order_id: UUID, line_id: UUID, number: str, offer: Any, cents: int, facts: str
    ) -> None:
        hand = self.hand
        terms, withdrawal = ("{}/{}/{}".format(*row) for row in hand.run(sql.EDITIONS).fetchall())
        token = codes.capability(self.code_key, f"order:{order_id}")
        hashed, now = hashlib.sha256(token.encode()).hexdigest(), datetime.now(UTC)
        buyer = (ERNA.first_name, ERNA.last_name, ERNA.email, ERNA.street, ERNA.postcode, ERNA.city)
        keys = (hand.id(order_id), number, hashed, hand.id(piece.form_key))
        hand.run(sql.NEW_ORDER, *keys, cents, *buyer, terms, withdrawal, hand.moment(now))
        title = json.loads(offer[0])["de"]
        hand.run(sql.NEW_LINE, hand.id(line_id), hand.id(order_id), title, cents, facts)

    def _set_aside(self, line_id: UUID, facts: dict[str, Any], until: datetime) -> None:
        hand, booking, number = self.hand, uuid.uuid5(line_id, "booking"), facts["offer"]
        hand.run(sql.BOOKING_OF_LINE, hand.id(line_id)).fetchone()
        if hand.run(sql.SEAT, number).rowcount != 1 or hand.run(sql.IN_LINE, number).fetchall():
            raise ValueError("full")
        person = (facts["first_name"], facts["last_name"], facts["email"])
        moments = (hand.moment(until), hand.moment(datetime.now(UTC)))
        places = json.dumps([number])
        hand.run(sql.NEW_BOOKING, hand.id(booking), hand.id(line_id), number, places, *person, *moments)

    def _take(
        self,
        piece: Piece,
        claim: Any,
        order_id: UUID,
        line_id: UUID,
        cents: int,
        until: datetime,
        number: str,
    ) -> tuple[UUID, UUID]:
        """The claim becomes the order's tender; its id and that of its hold."""
        hand, account = self.hand, f"voucher:{piece.number}"
        claim_id, first = (each if isinstance(each, UUID) else UUID(each) for each in (claim[0], claim[3]))
        self._end("void", first, account, claim[4], "held at checkout", str(claim_id))
        hand.run(sql.CLAIM_ENDS, claim[0])
        tender = uuid.uuid5(order_id, f"tender:{account}")
        hold = transfer_id("tender", tender, 1)
        self._hold(hold, account, cents, until, "held for an order", number)
        hand.run(sql.NEW_TENDER, hand.id(tender), hand.id(order_id), account, cents, hand.id(hold))
        hand.run(sql.NEW_SHARE, hand.id(line_id), account, cents)
        return tender, hold

    def _confirm(self, line_id: UUID, facts: dict[str, Any], reference: str) -> None:
        hand, now = self.hand, datetime.now(UTC)
        if hand.run(sql.OFFER_SHARED, facts["offer"]).fetchone()[3]:
            raise ValueError("cancelled")
        found = hand.run(sql.CONFIRMED, hand.moment(now), hand.id(line_id)).fetchone()
        if found is None:
            raise ValueError("lapsed")
        booking = found[0] if isinstance(found[0], UUID) else UUID(found[0])
        kind, to = "booking_confirmed", facts["email"]
        told = {"booking": str(booking), "language": "de", "buyer": BUYER}
        message(hand, uuid.uuid5(booking, f"mail:{kind}:{to}"), kind, to, told, reference)

    def _post(
        self, order_id: UUID, number: str, tender: UUID, hold: UUID, cents: int, reference: str
    ) -> None:
        hand = self.hand
        hand.run(sql.TENDERS, hand.id(order_id)).fetchall()
        self._end("post", hold, f"voucher:{number}", cents, "held for an order", reference)
        hand.run(sql.POSTED, hand.id(tender))

    def _invoice(self, order_id: UUID, line_id: UUID, offer: Any, facts: dict[str, Any], cents: int) -> None:
        hand, now = self.hand, datetime.now(UTC)
        shares = hand.run(sql.SHARES, hand.id(order_id), hand.id(line_id)).fetchall()
        days = sorted(start[:10] for start, _ in json.loads(offer[5]))
        on = datetime.fromisoformat(days[-1]).date()
        rate, words = tax.permille("DE", offer[6], on), tax_note("DE", offer[6], on)
        note = words["de"] if words else ""
        line = {
            "line": str(line_id),
            "title": json.loads(offer[0])["de"],
            "kind": "course",
            "number": facts["offer"],
            "person": f"{facts['first_name']} {facts['last_name']}",
            "first": days[0],
            "last": days[-1],
            "cents": cents,
            "permille": rate,
            "note": note,
        }
        frozen = {
            **seller(hand, self.website),
            "buyer": [BUYER, ERNA.street, f"{ERNA.postcode} {ERNA.city}"],
            "lines": [line],
            "vat": [[rate, cents, tax.contained(cents, rate)]],
            "notes": [note] if note else [],
            "paid": [["voucher", share[0].partition(":")[2], share[1]] for share in shares],
        }
        document(hand, order_id, "invoice", "RE", cents, frozen, now)
