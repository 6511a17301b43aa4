"""Everything bookable, as one kind of offer."""
