"""Layout: line breaking, paragraphs, tables, figures and pages. All lengths are in points (1/72 inch)."""
