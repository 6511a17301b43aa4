"""Messages queued with what they announce, and their delivery."""
