"""What organisations buy: codes for courses, on account (DOMAIN C1, C2)."""
