"""Basket, checkout, order page."""
