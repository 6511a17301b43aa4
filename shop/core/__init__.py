"""Pure rules: money, codes, validity, prices. Standard library only."""
