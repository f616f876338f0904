"""model.documents.letters"""
