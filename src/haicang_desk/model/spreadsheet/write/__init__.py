"""model.spreadsheet.write"""
