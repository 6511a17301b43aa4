"""What needs a human."""
