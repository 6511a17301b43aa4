"""Programmes from elsewhere: CSV, schema.org JSON-LD and iCal, kept by course number (DOMAIN A3)."""
