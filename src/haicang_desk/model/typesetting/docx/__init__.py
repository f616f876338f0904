"""DOCX files (ECMA-376 WordprocessingML): the same blocks as an editable file for word processors."""
