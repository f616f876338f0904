"""model.typesetting.docx"""
