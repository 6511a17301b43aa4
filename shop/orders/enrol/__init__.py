"""What course vouchers do for people: places in courses, and back (DOMAIN C3–C7)."""
