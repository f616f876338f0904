"""Writing of workbooks: export of the ledger, tables, the error workbook."""
