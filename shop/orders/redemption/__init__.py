"""Redeeming: number and code become a hold, a hold becomes a tender of an order (DESIGN, walk two)."""
