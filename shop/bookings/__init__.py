"""Places in courses: held while paying, confirmed when paid, given back; and the waiting list."""
