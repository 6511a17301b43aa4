"""Kursgutschein: a shop that sells and redeems vouchers for adult-education centres."""
