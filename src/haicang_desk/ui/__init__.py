"""The window. It shows what the model says and calls the model's actions; it decides nothing itself."""
