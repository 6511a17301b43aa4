"""Number series without gaps and issued documents that never change."""
