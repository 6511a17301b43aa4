"""Gift vouchers: products, motifs, issuing, finding, and their letters."""
