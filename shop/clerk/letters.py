"""Which letter a queued message becomes: the whole table, in one place."""

from collections.abc import Mapping

from shop.bookings import letter as bookings
from shop.cards import letter as cards
from shop.clerk import probe
from shop.orders import cancel_letter as cancelled
from shop.orders import letter as orders
from shop.orders import support
from shop.orders.enrol import letter as enrolments
from shop.orders.purchase import letter as purchases
from shop.outbox.deliver import LetterOf
from shop.people import letter as people
from shop.vouchers import letter as vouchers

LETTERS: Mapping[str, LetterOf] = {
    "order_received": orders.received,
    "payment_failed": orders.failed,
    "paid_too_late": orders.too_late,
    "order_confirmed": orders.confirmation,
    "voucher_gift": vouchers.gift,
    "booking_confirmed": bookings.booked,
    "course_cancelled": bookings.course_cancelled,
    "appointment_moved": bookings.moved,
    "seat_offered": bookings.seat_offered,
    "waiting_joined": bookings.waiting_joined,
    "booking_cancelled": cancelled.booking_cancelled,
    "place_cancelled": cancelled.place_cancelled,
    "voucher_refunded": cancelled.voucher_refunded,
    "waiting_ended": cancelled.waiting_ended,
    "course_codes_ordered": purchases.codes_ordered,
    "purchase_paid": purchases.paid,
    "invoice_overdue": purchases.overdue,
    "invoice_cancelled": purchases.cancelled,
    "course_code_sent": enrolments.sent,
    "course_code_reminder": enrolments.reminder,
    "course_voucher_redeemed": enrolments.redeemed,
    "enrolment_ended": enrolments.ended,
    "course_codes_open_again": enrolments.open_again,
    "certificate_ready": enrolments.certificate_ready,
    "card_low": cards.low,
    "card_expiring": cards.expiring,
    "card_paid_out": cards.paid_out,
    "card_taken_back": cards.taken_back,
    "withdrawal_received": orders.withdrawal,
    "account_confirm": people.confirm,
    "account_there": people.there,
    "account_reset": people.reset,
    "account_opened": people.opened,
    "account_password_changed": people.password_changed,
    "account_safety_changed": people.safety_changed,
    "organisation_invited": people.invited,
    "support_request": support.request,
    "support_copy": support.copy,
    "probe": probe.letter,
}
