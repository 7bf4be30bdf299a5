"""Patches S3: its objects are in files that never change once they are written.

blobs.py         keeps the files
saved.py         declares the files to the saved state
permissions.py   says what IAM has to allow for each operation
"""
