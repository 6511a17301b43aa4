"""Value cards: a person's prepaid credit, kept in lots, spent in bookings (DOMAIN W)."""
