"""Appointments: one session each, booked again and again, at the price of whoever asks (DOMAIN W10).

Readers give rows for lists; writers work in the caller's transaction and raise `Refused`.
"""

from shop.catalogue.appointments.reading import Appointment, between, first_day_with_any, of_number
from shop.catalogue.appointments.refused import Reason, Refused
from shop.catalogue.appointments.times import span
from shop.catalogue.appointments.writing import NewAppointment, add, add_series, classify, move

__all__ = [
    "Appointment",
    "NewAppointment",
    "Reason",
    "Refused",
    "add",
    "add_series",
    "between",
    "classify",
    "first_day_with_any",
    "move",
    "of_number",
    "span",
]
