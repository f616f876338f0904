"""The figures of the quarterly report, computed once for the letter and the workbook. It declares no document."""
