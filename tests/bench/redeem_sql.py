"""What claiming, placing and settling at once send to the database: the statements of `redeem_by_hand`."""

WRONG = "SELECT at FROM wrong_codes WHERE source = ? AND at > ? ORDER BY at DESC LIMIT 10"
TAKE_TURN = "SELECT pg_advisory_xact_lock(?)"
TAKE_PLACING_TURN = "SELECT pg_advisory_xact_lock(hashtextextended(?, 0))"

VOUCHER = (
    "SELECT number, serial, product_slug, order_line_id, copy, face_cents, paid_cents, currency, language,"
    " giver, recipient, dedication, motif, channel, issued_on, issued_at, valid_until, blocked, closed"
    " FROM vouchers WHERE number = ?"
)
PRODUCT = (
    "SELECT p.slug, p.offer_number, p.tiers, p.low, p.high, p.motifs, p.asks_recipient, p.asks_dedication,"
    " p.terms, p.tax_kind, p.valid_for, o.* FROM voucher_products AS p"
    " JOIN offers AS o ON o.number = p.offer_number WHERE p.slug = ?"
)
PURSE = (
    "SELECT credits_posted - debits_posted - debits_pending + overdraft, debits_posted, credits_posted"
    " FROM accounts WHERE id = ?"
)

BASKET = (
    "SELECT id, visitor, kind, quantity, remembered, facts, added_at FROM basket_lines"
    " WHERE visitor = ? AND remembered = ? ORDER BY added_at, id"
)
OFFER = (
    "SELECT title, price_cents, published, redeemable, category, sessions, tax_code, cancelled_on,"
    " register_until, starts_on, reductions, contains, kind, summary, description, schedule, place, lecturer,"
    " weekdays, is_online, cancel_until, cancel_fee_cents, number FROM offers WHERE number = ?"
)
OFFER_SHARED = f"{OFFER} FOR SHARE"
FREE = "SELECT count(*) FROM seats WHERE offer_number IN (?) AND (capacity IS NULL OR taken < capacity)"
AWAITED = (
    "SELECT * FROM offers WHERE number IN (SELECT DISTINCT offer_number FROM waiting WHERE state = 'waiting')"
    " AND (number IN (?) OR kind = 'package')"
)
SEAT = "UPDATE seats SET taken = taken + 1 WHERE offer_number = ? AND (capacity IS NULL OR taken < capacity)"

CLAIMS = (
    "SELECT id, visitor, number, round, hold_id, cents, held_until, claimed_at FROM claims"
    " WHERE visitor = ? ORDER BY claimed_at, number"
)
NEW_CLAIM = (
    "INSERT INTO claims (id, visitor, number, round, hold_id, cents, held_until, claimed_at)"
    " VALUES (?, ?, ?, 0, NULL, 0, NULL, ?)"
)
CLAIM_HOLDS = "UPDATE claims SET round = 1, hold_id = ?, cents = ?, held_until = ? WHERE id = ?"
CLAIM_ENDS = "DELETE FROM claims WHERE id = ?"

DEBIT = (
    "UPDATE accounts SET debits_posted = debits_posted + 0, debits_pending = debits_pending + ?"
    " WHERE id = ? AND credits_posted - debits_posted - debits_pending + overdraft >= ?"
)
SHIFT = (
    "UPDATE accounts SET debits_pending = debits_pending + ?, debits_posted = debits_posted + ?,"
    " credits_pending = credits_pending + 0, credits_posted = credits_posted + 0 WHERE id = ?"
)
KEEP = (
    "INSERT INTO transfers (id, kind, debit, credit, cents, currency, reason, reference, deadline, ends, made_at)"
    " SELECT ?, ?, d.id, c.id, ?, 'EUR', ?, ?, ?, ?, ? FROM accounts AS d, accounts AS c"
    " WHERE d.id = ? AND c.id = 'revenue' ON CONFLICT DO NOTHING"
)
_TRANSFER = "SELECT id, kind, debit, credit, cents, currency, reason, reference, deadline, ends, made_at FROM transfers"
HELD = f"{_TRANSFER} WHERE id = ?"
ENDING = f"{_TRANSFER} WHERE ends = ?"
LOCK = "SELECT id FROM accounts WHERE id IN (?, 'revenue') AND purse ORDER BY id FOR NO KEY UPDATE"

ORDER = "SELECT * FROM orders WHERE id = ?"
FORM = "SELECT id FROM orders WHERE form_key = ?"
PAGE = (
    "SELECT slug, language, version, title, body, written_at FROM pages WHERE slug = ?"
    " AND language IN ('de', 'de') ORDER BY language = 'de' DESC, version DESC LIMIT 1"
)
NEW_ORDER = (
    "INSERT INTO orders (id, number, token_hash, form_key, state, language, payment_method, total_cents,"
    " due_cents, currency, first_name, last_name, email, street, postcode, city, terms, withdrawal, placed_at)"
    " VALUES (?, ?, ?, ?, 'placed', 'de', 'none', ?, 0, 'EUR', ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
NEW_LINE = (
    "INSERT INTO order_lines (id, order_id, position, kind, title, quantity, unit_cents, facts)"
    " VALUES (?, ?, 1, 'booking', ?, 1, ?, ?)"
)
EMPTY = "DELETE FROM basket_lines WHERE visitor = ? AND id IN (?)"
SETTLED = "UPDATE orders SET state = 'settled', settled_at = ? WHERE id = ? AND state = 'placed'"

_BOOKING = (
    "SELECT id, order_line_id, offer_number, places, state, first_name, last_name, email, reduction, held_until,"
    " made_at, confirmed_at, ended_at, ended_by FROM bookings"
)
BOOKING_OF_LINE = f"{_BOOKING} WHERE order_line_id = ?"
BOOKING = f"{_BOOKING} WHERE id = ?"
NEW_BOOKING = (
    "INSERT INTO bookings (id, order_line_id, offer_number, places, state, first_name, last_name, email,"
    " reduction, held_until, made_at, ended_by) VALUES (?, ?, ?, ?, 'held', ?, ?, ?, '', ?, ?, '')"
)
CONFIRMED = (
    "UPDATE bookings SET state = 'confirmed', held_until = NULL, confirmed_at = ?, ended_at = NULL"
    " WHERE id = ? AND state = 'held'"
)

NEW_SHARE = "INSERT INTO shares (line_id, account, cents, given_back) VALUES (?, ?, ?, 0)"
SHARE = "SELECT cents, given_back FROM shares WHERE line_id = ? AND account = 'payment'"
SHARES = "SELECT line_id, account, cents, given_back FROM shares WHERE line_id IN (?)"
NEW_TENDER = (
    "INSERT INTO tenders (id, order_id, position, account, cents, round, hold_id, state)"
    " VALUES (?, ?, 0, ?, ?, 1, ?, 'held')"
)
TENDERS = (
    "SELECT id, order_id, position, account, cents, round, hold_id, state FROM tenders"
    " WHERE order_id = ? ORDER BY position"
)
POSITIONS = "SELECT account, position FROM tenders WHERE order_id = ?"
POSTED = "UPDATE tenders SET state = 'posted' WHERE id = ?"
MESSAGE = "SELECT * FROM messages WHERE id = ?"
