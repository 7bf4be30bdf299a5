-- Macros of DuckDB for Trino's meaning. `engine.py` makes them for every query. An error is 'CODE|message'.

CREATE MACRO athena_nonzero(x) AS
    CASE WHEN x = 0 THEN error('DIVISION_BY_ZERO|Division by zero') ELSE x END;

CREATE MACRO athena_nullzero(x) AS CASE WHEN x <> 0 THEN x END;

-- n and d are whole numbers: rounds the quotient half away from zero
CREATE MACRO athena_round_div(n, d) AS
    n // d + CASE WHEN 2 * abs(n - (n // d) * d) >= abs(d) THEN sign(n) * sign(d) ELSE 0 END;

-- the digits of a decimal without its point
CREATE MACRO athena_digits(x) AS CAST(replace(CAST(x AS VARCHAR), '.', '') AS HUGEINT);

CREATE MACRO athena_truncate(x) AS CASE WHEN x < 0 THEN ceil(x) ELSE floor(x) END;

-- the shortest text with an exponent that is the same number, as Java writes it
CREATE MACRO athena_exponent_text(x) AS
    replace(
        regexp_replace(
            CASE WHEN CAST(printf('%.14e', x) AS DOUBLE) = x THEN printf('%.14e', x)
                 WHEN CAST(printf('%.15e', x) AS DOUBLE) = x THEN printf('%.15e', x)
                 ELSE printf('%.16e', x) END,
            '^(-?[0-9]\.[0-9])([0-9]*?)0*e([+-])0*([0-9]+)$', '\1\2E\3\4'),
        'E+', 'E');

-- Java's text of a double: with an exponent below 0.001 and from 10,000,000 on
CREATE MACRO athena_double_text(x) AS
    CASE WHEN x IS NULL THEN NULL
         WHEN isnan(x) THEN 'NaN'
         WHEN isinf(x) THEN CASE WHEN x > 0 THEN 'Infinity' ELSE '-Infinity' END
         WHEN x = 0 OR (abs(x) >= 0.001 AND abs(x) < 10000000) THEN CAST(x AS VARCHAR)
         ELSE athena_exponent_text(x) END;

-- a start of 0 or outside of the text gives '', and a negative one counts from the end
CREATE MACRO athena_substring(x, s) AS
    CASE WHEN x IS NULL OR s IS NULL THEN NULL
         WHEN s = 0 OR abs(s) > length(x) THEN ''
         ELSE substring(x, s) END;

CREATE MACRO athena_substring_of(x, s, n) AS
    CASE WHEN x IS NULL OR s IS NULL OR n IS NULL THEN NULL
         WHEN n <= 0 THEN ''
         ELSE left(athena_substring(x, s), n) END;

-- x[i]
CREATE MACRO athena_subscript(x, i) AS
    CASE WHEN x IS NULL OR i IS NULL THEN NULL
         WHEN i = 0 THEN error('INVALID_FUNCTION_ARGUMENT|SQL array indices start at 1')
         WHEN i < 0 THEN error('INVALID_FUNCTION_ARGUMENT|Array subscript is negative: ' || CAST(i AS VARCHAR))
         WHEN i > len(x) THEN error(
             'INVALID_FUNCTION_ARGUMENT|Array subscript must be less than or equal to array length: '
             || CAST(i AS VARCHAR) || ' > ' || CAST(len(x) AS VARCHAR))
         ELSE list_extract(x, i) END;

-- m[k]
CREATE MACRO athena_key(m, k) AS
    CASE WHEN m IS NULL OR k IS NULL THEN NULL
         WHEN NOT map_contains(m, k)
         THEN error('INVALID_FUNCTION_ARGUMENT|Key not present in map: ' || CAST(k AS VARCHAR))
         ELSE map_extract_value(m, k) END;

CREATE MACRO athena_element(x, i) AS
    CASE WHEN i = 0 THEN error('INVALID_FUNCTION_ARGUMENT|SQL array indices start at 1')
         ELSE list_extract(x, i) END;

CREATE MACRO athena_slice(x, s, n) AS
    CASE WHEN s = 0 THEN error('INVALID_FUNCTION_ARGUMENT|SQL array indices start at 1')
         WHEN n < 0 THEN error('INVALID_FUNCTION_ARGUMENT|length must be greater than or equal to 0')
         WHEN s < 0 AND -s > len(x) THEN x[1:0]
         WHEN s < 0 THEN x[len(x) + s + 1:len(x) + s + n]
         ELSE x[s:s + n - 1] END;

CREATE MACRO athena_part(x, i) AS
    CASE WHEN i < 1 THEN error('INVALID_FUNCTION_ARGUMENT|Index must be greater than zero')
         ELSE list_extract(x, i) END;

-- NULL if one of the values is NULL
CREATE MACRO athena_whole(x, y) AS
    CASE WHEN list_contains(list_transform(x, lambda each: each IS NULL), TRUE) THEN NULL ELSE y END;

-- the first of equal elements in their order, with NULL
CREATE MACRO athena_distinct(x) AS list_filter(x, lambda each, i: list_position(x, each) = i);

-- NULL if only a missing value could be equal
CREATE MACRO athena_contains(x, y) AS
    CASE WHEN list_contains(x, y) THEN TRUE
         WHEN list_contains(list_transform(x, lambda each: each IS NULL), TRUE) THEN NULL
         ELSE list_contains(x, y) END;

CREATE MACRO athena_sequence(a, b, s) AS
    CASE WHEN s = 0 THEN error('INVALID_FUNCTION_ARGUMENT|step must not be zero')
         WHEN (s > 0 AND a > b) OR (s < 0 AND a < b)
         THEN error('INVALID_FUNCTION_ARGUMENT|sequence stop value should be on the side of the step')
         WHEN (b - a) // s >= 10000
         THEN error('INVALID_FUNCTION_ARGUMENT|result of sequence function must not have more than 10000 entries')
         ELSE generate_series(CAST(a AS BIGINT), CAST(b AS BIGINT), CAST(s AS BIGINT)) END;

-- an interval that may be added to a date
CREATE MACRO athena_days(x) AS
    CASE WHEN epoch(x) % 86400 = 0 THEN x
         ELSE error('INVALID_FUNCTION_ARGUMENT|Cannot add hour, minutes or seconds to a date') END;
