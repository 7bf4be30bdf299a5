"""Provides Athena: queries in Trino's dialect over Glue's tables on the stack's S3, run by DuckDB.

    provider.py       answers the API
      work_groups.py    checks and shows workgroups
      named_queries.py  checks and shows saved queries
      executions.py     starts, shows and lists queries
      data_catalogs.py  shows Glue's catalogue
      tags.py, pages.py, errors.py   find tags, divide lists, make the API's errors
      store.py          holds the state
    runner.py         runs one query in its own thread; failures.py names Athena's errors
      selection.py      runs a SELECT by the modules below
      caller.py         makes clients with the caller's permissions
      catalog.py        reads the tables of the query from Glue
      partitions.py     finds the partitions that the query reads: projection.py, pruning.py
      objects.py        lists and fetches the objects of the partitions; cache.py keeps them
      scan.py           makes a view of the objects with the catalogue's types
      engine.py         opens DuckDB without access to anything else
      information.py    makes the tables of information_schema
      metadata.py       answers SHOW and DESCRIBE
      results.py        writes and reads results; texts.py writes their values
    sql/              translates Trino's SQL to DuckDB's
    covered.py        writes the list of functions
    permissions.py    says what IAM has to allow for each operation
    saved.py          ends the running queries of a loaded state

DuckDB and sqlglot are imported with the first query. `docs/athena.md` lists which features are covered and refused.
"""
