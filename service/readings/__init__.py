"""This room handles readings and knows nothing of HTTP.

fields          the rules of each field
times           the rules of times: which start is on the grid, and which is taken
parser          the careful parser: a body's value becomes readings, or the reasons for a refusal
fast_parser     the same rules for a common body, much faster, without the reasons
batch           what one request writes, and its counts
query           reads the parameters of a query and collects its faults, for `page_query`, `days_query` and
                `withdrawal_query`
group_writer    batches that wait at the same time are written together
repository      stores and reads, by the SQL of `store_sql` and `read_sql`
"""
