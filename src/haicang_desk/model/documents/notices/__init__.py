"""model.documents.notices"""
