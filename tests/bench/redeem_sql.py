"""What claiming, placing and settling at once send to the database: the statements of `redeem_by_hand`."""

WRONG = "SELECT at FROM wrong_codes WHERE source = ? AND at > ? ORDER BY at DESC LIMIT 10"
TAKE_SOURCES_TURN = "SELECT pg_advisory_xact_lock(?)"
TAKE_TURN = "SELECT pg_advisory_xact_lock(hashtextextended(?, 0))"

SERIAL = "SELECT coalesce((SELECT serial FROM vouchers WHERE number = ?), 0)"
VOUCHER = (
    "SELECT number, serial, product_slug, order_line_id, copy, face_cents, paid_cents, currency, language,"
    " giver, recipient, dedication, motif, channel, issued_on, issued_at, valid_until, blocked, closed"
    " FROM vouchers WHERE number = ?"
)
LEFT = "SELECT credits_posted - debits_posted - debits_pending + overdraft FROM accounts WHERE id = ?"
LEFT_BESIDES = (
    f"SELECT ({LEFT}) + coalesce((SELECT cents FROM transfers AS t WHERE kind = 'hold' AND id = ?"
    " AND NOT EXISTS (SELECT id FROM transfers AS ended WHERE ended.ends = t.id)), 0)"
)

BASKET = (
    "SELECT id, kind, quantity, facts FROM basket_lines"
    " WHERE visitor = ? AND remembered = ? ORDER BY added_at, id"
)
OFFER = (
    "SELECT title, price_cents, published, redeemable, category, sessions, tax_code, cancelled_on,"
    " register_until, starts_on, reductions, contains, kind, summary, description, schedule, place, lecturer,"
    " weekdays, is_online, cancel_until, cancel_fee_cents, number FROM offers WHERE number = ?"
)
OFFER_SHARED = "SELECT number, kind, contains, cancelled_on FROM offers WHERE number = ? FOR SHARE"
IN_LINE = (
    "SELECT number FROM offers WHERE number IN (SELECT DISTINCT offer_number FROM waiting WHERE state = 'waiting')"
    " AND (number IN (?) OR kind = 'package')"
)
LOOK = (
    "SELECT (SELECT count(*) FROM seats WHERE offer_number IN (?) AND (capacity IS NULL OR taken < capacity)),"
    f" EXISTS ({IN_LINE})"
)
SEAT = "UPDATE seats SET taken = taken + 1 WHERE offer_number = ? AND (capacity IS NULL OR taken < capacity)"

REDEEMED = (
    "SELECT c.id, c.number, c.round, c.hold_id, c.cents, c.held_until, v.closed, v.blocked, v.valid_until,"
    " p.valid_for FROM claims AS c JOIN vouchers AS v ON v.number = c.number"
    " JOIN voucher_products AS p ON p.slug = v.product_slug WHERE c.visitor = ? ORDER BY c.claimed_at, c.number"
)
NEW_CLAIM = (
    "INSERT INTO claims (id, visitor, number, round, cents, claimed_at) VALUES (?, ?, ?, 0, 0, ?)"
    " ON CONFLICT DO NOTHING"
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
LOCK = "SELECT id FROM accounts WHERE id = ANY(?) AND purse ORDER BY id FOR NO KEY UPDATE"

FORM = "SELECT id FROM orders WHERE form_key = ?"
EDITIONS = (
    "SELECT slug, language, max(version) FROM pages WHERE slug IN ('agb', 'widerruf')"
    " AND language IN ('de', 'de') GROUP BY slug, language ORDER BY slug"
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

BOOKING_OF_LINE = "SELECT id, state, places FROM bookings WHERE order_line_id = ? FOR UPDATE"
NEW_BOOKING = (
    "INSERT INTO bookings (id, order_line_id, offer_number, places, state, first_name, last_name, email,"
    " reduction, held_until, made_at, ended_by) VALUES (?, ?, ?, ?, 'held', ?, ?, ?, '', ?, ?, '')"
)
CONFIRMED = (
    "UPDATE bookings SET state = 'confirmed', held_until = NULL, confirmed_at = ?, ended_at = NULL"
    " WHERE order_line_id = ? AND state = 'held' RETURNING id"
)

NEW_SHARE = "INSERT INTO shares (line_id, account, cents, given_back) VALUES (?, ?, ?, 0)"
SHARES = (
    "SELECT s.account, s.cents, s.given_back FROM shares AS s"
    " LEFT JOIN tenders AS t ON t.order_id = ? AND t.account = s.account"
    " WHERE s.line_id IN (?) ORDER BY s.account = 'payment', t.position"
)
NEW_TENDER = (
    "INSERT INTO tenders (id, order_id, position, account, cents, round, hold_id, state)"
    " VALUES (?, ?, 0, ?, ?, 1, ?, 'held')"
)
TENDERS = "SELECT id, account, cents, hold_id FROM tenders WHERE order_id = ? ORDER BY account"
POSTED = "UPDATE tenders SET state = 'posted' WHERE id = ?"
