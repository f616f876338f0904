"""model.typesetting.pdf"""
