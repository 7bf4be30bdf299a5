"""Patches SNS: an e-mail keeps the subject of its message.

mail.py   replaces LocalStack's fixed subject
"""
