"""What the centre says about itself: name, address, pages, legal texts."""
