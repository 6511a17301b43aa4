"""Where money is: accounts, transfers, holds. `book` is its only writer."""
