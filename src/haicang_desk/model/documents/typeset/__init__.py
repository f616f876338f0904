"""Blocks to PDF, after GB/T 9704—2012 for letters and by the office's custom for forms and notices."""
