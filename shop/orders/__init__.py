"""The deals: baskets, placing and settling orders, checking codes."""
