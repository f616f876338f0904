"""Files that others made: what opens them, and the limited process in which it runs."""
