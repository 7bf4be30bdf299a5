"""Declares to the saved state how ACM's certificates are written.

saved.py   declares it
"""
