"""Editorial pages, legal texts among them."""
