"""This room handles readings and knows nothing of HTTP.

fields          the rules of each field
parser          the careful parser: a body's value becomes readings, or the reasons for a refusal
fast_parser     the same rules for a common body, much faster, without the reasons
page_query      the query of a page and its cursor
group_writer    batches that wait at the same time are written together
repository      the SQL
"""
