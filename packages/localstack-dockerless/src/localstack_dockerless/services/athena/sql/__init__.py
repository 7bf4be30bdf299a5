"""Translates Trino's SQL to DuckDB's, with Trino's meaning. What has no translation is refused by its name.

grammar.py         parses a statement with sqlglot; parameters.py fills its question marks
names_of_query.py  finds the tables and the headings, and puts the source before each column
queries.py         compiles SELECT, joins, set operations and WITH
expressions.py     compiles an expression with its type
  literals.py        literals and the names of types
  arithmetic.py      arithmetic of integers, decimals, doubles and times
  casts.py           CAST and TRY_CAST
  calls.py           calls, aggregates and OVER, by `functions/`
  names.py           the columns that names stand for
types.py           describes Trino's types; values.py compiled expressions
positions.py       tells where in the query an expression is
"""
