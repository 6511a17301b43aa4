"""Course vouchers: one place in one course, for whoever an organisation gives the code to."""
