"""The notices (公示), which show nothing but what privacy.py lets into public."""
