"""Patches SNS: an e-mail keeps the subject of its message.

mail.py          sends an e-mail by SES
permissions.py   says what IAM has to allow for each operation
"""
