"""Declares the mails that SES has sent to the saved state (`saved.py`)."""
