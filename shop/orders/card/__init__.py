"""Deals about value cards: pay with one, load a voucher onto one, pay one out, book an appointment."""
