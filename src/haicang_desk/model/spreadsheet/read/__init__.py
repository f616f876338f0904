"""model.spreadsheet.read"""
