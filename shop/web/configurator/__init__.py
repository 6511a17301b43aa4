"""The form that designs a voucher: shared by shop pages, editorial pages and other websites (DOMAIN G3)."""
