"""Provides Glue's data catalogue: moto's databases, tables and partitions. Crawlers and jobs would not run.

provider.py      lowers the case of names, divides lists into pages, and refuses what would not run
permissions.py   says what IAM has to allow for each operation
"""
