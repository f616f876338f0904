"""DOCX: the same blocks as on paper, for offices that go on editing them.

It is written here and by no library; docs/dependencies.md says why.
"""
