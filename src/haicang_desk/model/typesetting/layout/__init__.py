"""model.typesetting.layout"""
