"""Widgets that screens are built from: form, table, editors, charts, findings, steps and previews."""
