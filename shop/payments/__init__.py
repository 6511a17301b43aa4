"""Ways to pay behind one small protocol, and the inbox that keeps every event once."""
