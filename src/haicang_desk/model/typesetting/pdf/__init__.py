"""PDF files (ISO 32000-1, archived as PDF/A-2b, ISO 19005-2): drawing, fonts, metadata, bound volumes."""
