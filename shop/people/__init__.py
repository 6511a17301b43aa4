"""Who has an account, and which organisations there are."""
