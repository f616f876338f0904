"""The window. It shows what the model computes and calls its services; it decides nothing itself."""
