"""PDF files (ISO 32000-1), archived as PDF/A-2a and read out by PDF/UA-1: drawing, fonts, tags, metadata, volumes."""
