"""HTML to PDF with embedded fonts and a fetcher that refuses everything but our own files."""
