"""Reading of workbooks: formats, tables within them, mapping of headings, units of money."""
