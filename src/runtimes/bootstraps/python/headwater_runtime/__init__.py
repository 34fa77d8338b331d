"""What bootstrap.py needs, under a name that no function has."""
