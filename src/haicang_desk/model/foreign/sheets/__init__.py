"""The cells of workbooks, text tables and web pages, read up to the raw grid. Runs in the limited process."""
