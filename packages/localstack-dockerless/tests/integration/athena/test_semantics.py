"""Each expression gives the result that Trino documents. The comments name the page below https://trino.io/docs/current/."""

import pytest

from dockerless_testing.athena_world import AthenaWorld

ARITHMETIC = [
    # The page functions/math.html: integer division drops the fraction
    ("5 / 2", "2"), ("-5 / 2", "-2"), ("7 % 3", "1"), ("mod(-7, 3)", "-1"),
    # functions/decimal.html: the scale of a quotient is the greater one
    ("1 / 3.0", "0.3"), ("10 / 4.0", "2.5"), ("2.00 / 3", "0.67"), ("-2.0 / 3", "-0.7"), ("100.0 * 7 / 3", "233.3"),
    ("typeof(1.5)", "decimal(2,1)"), ("typeof(1.50 * 2.5)", "decimal(5,3)"), ("typeof(1.5 + 2.25)", "decimal(4,2)"),
    ("typeof(1 / 3.0)", "decimal(12,1)"), ("1.1 + 2.2 = 3.3", "true"), ("7.5 % 2", "1.5"),
    # language/types.html: a literal with an exponent is a double
    ("5e0 / 2", "2.5"), ("1e0 / 0", "Infinity"), ("typeof(1e0)", "double"), ("0.1e0 + 0.2e0", "0.30000000000000004"),
    ("typeof(1)", "integer"), ("typeof(3000000000)", "bigint"), ("typeof(2 * 3000000000)", "bigint"),
    # functions/math.html: half away from zero; floor and ceil keep the type
    ("round(2.5e0)", "3.0"), ("round(-2.5)", "-3"), ("round(1.255, 2)", "1.260"), ("floor(-1.5)", "-2"),
    ("ceil(1.2e0)", "2.0"), ("truncate(-2.7e0)", "-2.0"), ("abs(-3)", "3"), ("sign(-2.5e0)", "-1.0"),
    ("power(2, 3)", "8.0"), ("sqrt(-1)", "NaN"), ("ln(0)", "-Infinity"), ("log10(100)", "2.0"),
    # The page functions/math.html says that NaN is unlike everything
    ("nan() = nan()", "false"), ("nan() > 1e0", "false"), ("nan() <> nan()", "true"), ("is_nan(nan())", "true"),
]  # fmt: skip
CONDITIONS = [
    # functions/conditional.html and functions/comparison.html
    ("greatest(1, 2, NULL)", None), ("least(2, 1)", "1"), ("coalesce(NULL, 1)", "1"), ("nullif(1, 1)", None),
    ("nullif(1, 2)", "1"), ("if(1 > 2, 'a')", None), ("CASE 2 WHEN 1 THEN 'x' ELSE 'y' END", "y"),
    ("NULL IS DISTINCT FROM NULL", "false"), ("1 IN (1, NULL)", "true"), ("2 IN (1, NULL)", None),
    ("2 NOT IN (1, 3)", "true"), ("'a%b' LIKE 'a!%b' ESCAPE '!'", "true"), ("'abc' NOT LIKE 'b%'", "true"),
    ("3 BETWEEN 1 AND 3", "true"), ("try(1 / 0)", None), ("try(CAST('x' AS integer))", None),
    ("NULL AND FALSE", "false"), ("NULL OR FALSE", None),
]  # fmt: skip
CASTS = [
    # functions/conversion.html
    ("CAST(2.5e0 AS integer)", "3"), ("CAST(-2.5e0 AS bigint)", "-3"), ("CAST(2.345 AS decimal(10,2))", "2.35"),
    ("CAST('5' AS integer)", "5"), ("TRY_CAST('1.5' AS integer)", None), ("TRY_CAST(' 5' AS integer)", None),
    ("CAST(TRUE AS varchar)", "true"), ("CAST('t' AS boolean)", "true"), ("CAST(1e7 AS varchar)", "1.0E7"),
    ("CAST(1.5e-5 AS varchar)", "1.5E-5"), ("CAST(123.456e0 AS varchar)", "123.456"),
    ("CAST('abcdef' AS varchar(3))", "abc"), ("CAST('2024-01-05' AS date)", "2024-01-05"),
    ("CAST(TIMESTAMP '2024-01-05 10:00:00.123' AS varchar)", "2024-01-05 10:00:00.123"),
    ("CAST(row(1, '2') AS row(x bigint, y integer)).y + 1", "3"), ("CAST(1 AS double)", "1.0"),
    ("CAST(TIMESTAMP '2024-06-01 23:00:00 UTC' AT TIME ZONE 'Europe/Zagreb' AS date)", "2024-06-02"),
]  # fmt: skip
TEXTS = [
    # functions/string.html: positions begin at 1, and a negative one counts from the end
    ("substr('hello', 2, 3)", "ell"), ("substr('hello', -2)", "lo"), ("substr('hello', 0)", ""), ("length('čć')", "2"),
    ("substring('hello' FROM 2 FOR 2)", "el"), ("strpos('abc', 'c')", "3"), ("position('b' IN 'abc')", "2"),
    ("trim('  a ')", "a"), ("trim(LEADING 'x' FROM 'xxa')", "a"), ("lpad('7', 3, '0')", "007"),
    ("split_part('a,b', ',', 3)", None), ("split('a,b', ',')", "[a, b]"), ("'a' || NULL", None),
    ("concat('a', 'b', 'c')", "abc"), ("concat('a', NULL)", None), ("upper('č')", "Č"), ("reverse('abc')", "cba"),
    ("'B' < 'a'", "true"), ("replace('aba', 'a')", "b"), ("starts_with('abc', 'ab')", "true"),
    ("regexp_extract('k=v', 'k=(\\w)', 1)", "v"), ("regexp_extract('a', '\\d')", None),
    ("regexp_like('abc', 'b')", "true"),
    ("regexp_replace('a1b2', '(\\d)', '<$1>')", "a<1>b<2>"), ("'it''s'", "it's"), ("chr(65)", "A"),
    ("codepoint('A')", "65"),
]  # fmt: skip
TIMES = [
    # functions/datetime.html
    ("DATE '2024-01-31' + INTERVAL '1' MONTH", "2024-02-29"), ("DATE '2024-01-02' - INTERVAL '1' DAY", "2024-01-01"),
    ("date_add('day', 1, TIMESTAMP '2024-03-30 12:00:00 Europe/Zagreb')", "2024-03-31 12:00:00.000 Europe/Zagreb"),
    ("date_add('hour', 24, TIMESTAMP '2024-03-30 12:00:00 Europe/Zagreb')", "2024-03-31 13:00:00.000 Europe/Zagreb"),
    ("TIMESTAMP '2024-01-01 00:00:00' AT TIME ZONE 'Europe/Zagreb'", "2024-01-01 01:00:00.000 Europe/Zagreb"),
    ("TIMESTAMP '2024-06-01 00:00:00 UTC' AT TIME ZONE 'Europe/Zagreb'", "2024-06-01 02:00:00.000 Europe/Zagreb"),
    ("with_timezone(TIMESTAMP '2024-01-01 00:00:00', 'Europe/Zagreb')", "2024-01-01 00:00:00.000 Europe/Zagreb"),
    ("hour(TIMESTAMP '2024-06-01 00:00:00 UTC' AT TIME ZONE 'Europe/Zagreb')", "2"),
    ("date_trunc('day', TIMESTAMP '2024-06-01 23:30:00 UTC' AT TIME ZONE 'Europe/Zagreb')",
     "2024-06-02 00:00:00.000 Europe/Zagreb"),
    ("date_trunc('month', DATE '2024-06-15')", "2024-06-01"), ("date_trunc('week', DATE '2024-06-15')", "2024-06-10"),
    ("date_diff('day', TIMESTAMP '2024-01-01 23:00:00', TIMESTAMP '2024-01-02 01:00:00')", "0"),
    ("date_diff('hour', TIMESTAMP '2024-01-01 00:00:00', TIMESTAMP '2024-01-02 01:30:00')", "25"),
    ("date_diff('day', TIMESTAMP '2024-03-30 12:00:00 Europe/Zagreb', TIMESTAMP '2024-03-31 12:00:00 Europe/Zagreb')",
     "1"),
    ("date_format(TIMESTAMP '2024-01-02 03:04:05', '%Y-%m-%d %H:%i:%s')", "2024-01-02 03:04:05"),
    ("format_datetime(TIMESTAMP '2024-01-02 03:04:05', 'yyyy-MM-dd''T''HH:mm')", "2024-01-02T03:04"),
    ("date_parse('02.01.2024', '%d.%m.%Y')", "2024-01-02 00:00:00.000"), ("date('2024-01-02')", "2024-01-02"),
    ("from_iso8601_timestamp('2024-01-01T00:00:00+02:00')", "2024-01-01 00:00:00.000 +02:00"),
    ("from_iso8601_timestamp('2024-01-01T00:00:00Z') = TIMESTAMP '2024-01-01 01:00:00 Europe/Zagreb'", "true"),
    ("to_iso8601(TIMESTAMP '2024-01-01 00:00:00 +02:00')", "2024-01-01T00:00:00+02:00"),
    ("from_unixtime(1700000000)", "2023-11-14 22:13:20.000 UTC"),
    ("to_unixtime(TIMESTAMP '2024-01-01 00:00:00')", "1.7040672E9"),
    ("day_of_week(DATE '2024-01-07')", "7"), ("week(DATE '2024-01-01')", "1"), ("year(DATE '2024-01-01')", "2024"),
    ("extract(MONTH FROM DATE '2024-05-01')", "5"), ("quarter(DATE '2024-05-01')", "2"),
    ("TIMESTAMP '2024-01-02 00:00:00' - TIMESTAMP '2024-01-01 12:00:00'", "0 12:00:00.000"),
    ("DATE '2024-01-05' < TIMESTAMP '2024-01-05 10:00:00'", "true"), ("current_timezone()", "UTC"),
    ("typeof(current_timestamp)", "timestamp(3) with time zone"),
    ("last_day_of_month(DATE '2024-02-01')", "2024-02-29"),
]  # fmt: skip
COLLECTIONS = [
    # functions/array.html and functions/map.html
    ("ARRAY[1, 2][1]", "1"), ("element_at(ARRAY[1, 2], 3)", None), ("element_at(ARRAY[1, 2], -1)", "2"),
    ("cardinality(ARRAY[1, 2])", "2"), ("sequence(1, 3)", "[1, 2, 3]"), ("contains(ARRAY[1, 2], 2)", "true"),
    ("sequence(DATE '2024-01-01', DATE '2024-01-03')", "[2024-01-01, 2024-01-02, 2024-01-03]"),
    ("array_join(ARRAY['a', NULL, 'b'], '-')", "a-b"), ("array_sort(ARRAY[3, 1, NULL])", "[1, 3, null]"),
    ("array_max(ARRAY[1, NULL])", None), ("slice(ARRAY[1, 2, 3], 2, 2)", "[2, 3]"),
    ("array_position(ARRAY[1], 5)", "0"),
    ("transform(ARRAY[1, 2], x -> x * 2)", "[2, 4]"), ("filter(ARRAY[1, 2, 3], x -> x > 1)", "[2, 3]"),
    ("array_distinct(ARRAY[3, 1, NULL, 3, NULL])", "[3, 1, null]"), ("contains(ARRAY[1, NULL], 2)", None),
    ("contains(ARRAY[1, NULL], 1)", "true"), ("sequence(3, 1)", "[3, 2, 1]"), ("sequence(1, 5, 2)", "[1, 3, 5]"),
    ("map(ARRAY['a'], ARRAY[1])['a']", "1"), ("element_at(map(ARRAY['a'], ARRAY[1]), 'b')", None),
    ("map(ARRAY['a'], ARRAY[1])", "{a=1}"), ("map_keys(map(ARRAY['a'], ARRAY[1]))", "[a]"),
    # functions/json.html
    ("""json_extract_scalar('{"a":{"b":1}}', '$.a.b')""", "1"), ("""json_extract_scalar('{"a":[1]}', '$.a')""", None),
    ("""json_extract('{"a":[1]}', '$.a')""", "[1]"), ("json_extract_scalar('no', '$.a')", None),
    ("json_array_length('[1, 2]')", "2"),
]  # fmt: skip
ROWS = "(VALUES (1, 'a'), (2, NULL), (3, 'a'), (NULL, 'b')) AS t(x, y)"
AGGREGATES = [
    # functions/aggregate.html
    ("sum(x)", "6"), ("typeof(sum(x))", "bigint"), ("avg(x)", "2.0"), ("count(*)", "4"), ("count(x)", "3"),
    ("count(DISTINCT y)", "2"), ("count_if(x > 1)", "2"), ("sum(x) FILTER (WHERE y = 'a')", "4"), ("max_by(y, x)", "a"),
    ("min_by(x, y)", "1"), ("max_by(y, x) FILTER (WHERE x < 3)", None), ("approx_percentile(x, 0.5)", "2"),
    ("approx_percentile(x, ARRAY[0.5, 1.0])", "[2, 3]"), ("approx_distinct(y)", "2"), ("bool_or(x > 2)", "true"),
    ("array_agg(x ORDER BY x DESC)", "[3, 2, 1, null]"), ("array_agg(x ORDER BY x)", "[1, 2, 3, null]"),
    ("listagg(y, ',') WITHIN GROUP (ORDER BY x)", "a,a,b"), ("stddev(x)", "1.0"), ("sum(x) / count(*)", "1"),
    ("avg(CAST(x AS decimal(10,2)))", "2.00"), ("typeof(sum(CAST(x AS decimal(10,2))))", "decimal(38,2)"),
    ("100.0 * count_if(x > 1) / count(*)", "50.0"), ("geometric_mean(x)", "1.8171205928321397"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("expression", "expected"),
    [*ARITHMETIC, *CONDITIONS, *CASTS, *TEXTS, *TIMES, *COLLECTIONS],
    ids=str,
)
def test_an_expression_gives_the_result_of_trino(athena: AthenaWorld, expression: str, expected: str | None):
    assert athena.rows(f"SELECT {expression}") == [[expected]]


@pytest.mark.parametrize(("expression", "expected"), AGGREGATES, ids=str)
def test_an_aggregate_gives_the_result_of_trino(athena: AthenaWorld, expression: str, expected: str | None):
    assert athena.rows(f"SELECT {expression} FROM {ROWS}") == [[expected]]  # noqa: S608


SAME_HOUR = "(VALUES TIMESTAMP '2024-10-27 00:30:00 UTC', TIMESTAMP '2024-10-27 01:30:00 UTC') AS t(s)"
QUERIES = [
    # The page sql/select.html says that NULLs are last, whichever the direction
    (f"SELECT x FROM {ROWS} ORDER BY x", ["1", "2", "3", None]),  # noqa: S608
    (f"SELECT x FROM {ROWS} ORDER BY x DESC", ["3", "2", "1", None]),  # noqa: S608
    (f"SELECT x FROM {ROWS} ORDER BY x NULLS FIRST LIMIT 2", [None, "1"]),  # noqa: S608
    (f"SELECT y FROM {ROWS} GROUP BY y HAVING sum(x) > 3 ORDER BY 1", ["a"]),  # noqa: S608
    # sql/select.html#order-by-clause takes an output column before one of the sources
    ("SELECT round(x) AS x FROM (VALUES 1.4, 1.1, -3.0) t(x) ORDER BY abs(x), 1", ["1", "1", "-3"]),
    ("SELECT -x AS x FROM (VALUES 1, 2) t(x) ORDER BY x + 0", ["-2", "-1"]),
    ("SELECT -x AS x FROM (VALUES 1, 2) t(x) ORDER BY t.x", ["-1", "-2"]),
    (f"SELECT DISTINCT y FROM {ROWS} ORDER BY y", ["a", "b", None]),  # noqa: S608
    (f"SELECT x FROM {ROWS} ORDER BY x OFFSET 1 LIMIT 2", ["2", "3"]),  # noqa: S608
    (f"SELECT x FROM {ROWS} ORDER BY x OFFSET 1 ROW FETCH FIRST 1 ROW ONLY", ["2"]),  # noqa: S608
    # sql/select.html#unnest and #with-clause
    ("SELECT o FROM UNNEST(ARRAY['a', 'b']) WITH ORDINALITY AS u(v, o) ORDER BY v DESC", ["2", "1"]),
    ("SELECT n FROM (VALUES 1) AS t(x) CROSS JOIN UNNEST(ARRAY[row(1, 'a'), row(2, 'b')]) AS u(n, s)", ["1", "2"]),
    ("SELECT v FROM (VALUES 1) AS t(x) LEFT JOIN UNNEST(filter(ARRAY[1], e -> e > 5)) AS u(v) ON TRUE", [None]),
    ("WITH a AS (SELECT 1 AS x), b AS (SELECT x + 1 AS y FROM a) SELECT y FROM b", ["2"]),
    # sql/select.html#complex-grouping-operations
    (f"SELECT sum(x) FROM {ROWS} WHERE x > 0 GROUP BY ROLLUP (y) ORDER BY 1", ["2", "4", "6"]),  # noqa: S608
    (f"SELECT grouping(y) FROM {ROWS} WHERE y = 'a' GROUP BY GROUPING SETS ((y), ()) ORDER BY 1", ["0", "1"]),  # noqa: S608
    ("SELECT count(*) FROM (VALUES (1, 2)) t(a, b) GROUP BY CUBE (a, b)", ["1", "1", "1", "1"]),
    # functions/window.html
    (f"SELECT rank() OVER (ORDER BY x) FROM {ROWS} ORDER BY 1", ["1", "2", "3", "4"]),  # noqa: S608
    (f"SELECT sum(x) OVER (PARTITION BY y ORDER BY x ROWS 1 PRECEDING) FROM {ROWS} WHERE y = 'a'", ["1", "4"]),  # noqa: S608
    (f"SELECT lag(x, 1, 0) OVER w FROM {ROWS} WHERE x > 0 WINDOW w AS (ORDER BY x) ORDER BY 1", ["0", "1", "2"]),  # noqa: S608
    (f"SELECT first_value(x) OVER (ORDER BY x) FROM {ROWS} WHERE x > 2", ["3"]),  # noqa: S608
    # The page sql/select.html#set-operations, with the common type
    ("SELECT 1 UNION ALL SELECT 2.5 ORDER BY 1 DESC", ["2.5", "1.0"]),
    ("SELECT 1 UNION SELECT 1", ["1"]), ("SELECT 1 EXCEPT SELECT 1", []), ("SELECT 1 INTERSECT SELECT 1", ["1"]),
    # sql/select.html#subqueries
    ("SELECT a.x FROM (VALUES 1, 2) a(x) WHERE EXISTS (SELECT 1 FROM (VALUES 2) b(y) WHERE b.y = a.x)", ["2"]),
    ("SELECT (SELECT max(y) FROM (VALUES 1, 2, 3) b(y) WHERE y <= a.x) FROM (VALUES 2) a(x)", ["2"]),
    ("SELECT x FROM (VALUES 1, 2) t(x) WHERE x NOT IN (SELECT y FROM (VALUES 1) u(y))", ["2"]),
    ("SELECT c FROM (VALUES (1, 2)) t(a, b) LEFT JOIN (VALUES (1, 3)) u(a, c) USING (a)", ["3"]),
    # an hour that a clock shows twice stays two hours
    (f"SELECT count(DISTINCT date_trunc('hour', s AT TIME ZONE 'Europe/Zagreb')) FROM {SAME_HOUR}", ["2"]),  # noqa: S608
]  # fmt: skip


@pytest.mark.parametrize(("query", "expected"), QUERIES, ids=str)
def test_a_query_gives_the_rows_of_trino(athena: AthenaWorld, query: str, expected: list[str | None]):
    assert athena.rows(query) == [[each] for each in expected]


FAILURES = [
    ("SELECT 1 / 0", "DIVISION_BY_ZERO: Division by zero"),
    (
        "SELECT ARRAY[1, 2][3]",
        "INVALID_FUNCTION_ARGUMENT: Array subscript must be less than or equal to array length: 3 > 2",
    ),
    ("SELECT map(ARRAY['a'], ARRAY[1])['b']", "INVALID_FUNCTION_ARGUMENT: Key not present in map: b"),
    ("SELECT CAST(' 5' AS integer)", "INVALID_CAST_ARGUMENT: Cannot cast ' 5' to INTEGER"),
    ("SELECT sequence(3, 1, 1)", "INVALID_FUNCTION_ARGUMENT: sequence stop value"),
    ("SELECT DATE '2024-01-01' + INTERVAL '1' HOUR", "Cannot add hour, minutes or seconds to a date"),
    ("SELECT CAST(x AS date) FROM (VALUES '2024-02-30') t(x)", "INVALID_CAST_ARGUMENT"),
    ("SELECT 2147483647 + 1", "NUMERIC_VALUE_OUT_OF_RANGE"),
    ("SELECT (SELECT x FROM (VALUES 1, 2) t(x))", "SUBQUERY_MULTIPLE_ROWS"),
    ("SELECT 'a' = 1", "TYPE_MISMATCH: line 1:8: Cannot apply operator: varchar = integer"),
    ("SELECT 1 + DATE '2024-01-01'", "TYPE_MISMATCH"),
    ("SELECT x AS y FROM (VALUES 1) t(x) WHERE y = 1", "COLUMN_NOT_FOUND: line 1:42: Column 'y' cannot be resolved"),
    ("SELECT x FROM (VALUES 1) a(x), (VALUES 2) b(x)", "is ambiguous"),
    ("SELECT x, count(*) FROM (VALUES 1) t(x)", "EXPRESSION_NOT_AGGREGATE"),
    ("SELECT if(1, 2)", "TYPE_MISMATCH"),
    ("SELECT length(1)", "FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (integer) for function length"),
    (
        "SELECT hour(from_iso8601_timestamp(x)) FROM (VALUES '2024-01-01T00:00:00+02:00') t(x)",
        "Set one with AT TIME ZONE",
    ),
    ("SELECT TIMESTAMP '2024-13-01 00:00:00'", "INVALID_LITERAL"),
]


@pytest.mark.parametrize(("query", "reason"), FAILURES, ids=str)
def test_a_query_fails_with_the_error_of_trino(athena: AthenaWorld, query: str, reason: str):
    assert reason in athena.failure(query)


REFUSED = [
    ("SELECT levenshtein(x, x) FROM (VALUES 'a') t(x)", "Function 'levenshtein' not registered"),
    ("SELECT json_parse('{}')", "Function 'json_parse' not registered"),
    ("SELECT checksum(x) FROM (VALUES 1) t(x)", "Function 'checksum' not registered"),
    ("SELECT read_text('/etc/passwd')", "Function 'read_text' not registered"),
    ("SELECT getenv('HOME')", "Function 'getenv' not registered"),
    ("SELECT x FROM (VALUES 1) t(x) CROSS JOIN UNNEST(ARRAY[1], ARRAY[2]) AS u(a, b)", "UNNEST of more than one array"),
    ("SELECT * FROM (VALUES 1) t(x) TABLESAMPLE BERNOULLI (10)", "support"),
    ("WITH RECURSIVE a(x) AS (SELECT 1) SELECT * FROM a", "WITH RECURSIVE"),
    ("SELECT 1 > ALL (SELECT 2)", "ALL, ANY or SOME"),
    ("SELECT (1, 2) = (1, 2)", "support"),
    ("SELECT 1 FROM information_schema.views", "information_schema.views"),
    ("SHOW CREATE TABLE readings", "SHOW CREATE TABLE"),
]


@pytest.mark.parametrize(("query", "named"), REFUSED, ids=str)
def test_what_is_not_translated_is_refused_by_its_name(athena: AthenaWorld, query: str, named: str):
    assert named in athena.failure(query)
