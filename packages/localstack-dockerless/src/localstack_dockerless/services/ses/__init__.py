"""Declares the mails that SES has sent to the saved state.

saved.py         declares them
permissions.py   says what IAM has to allow for a mail
"""
