-- Share of the due readings that arrived, by county, in the last 30 days. The worst county is first.
-- A metering point without any reading counts too: its finding MCD says how many readings were due.
WITH owed AS (
  SELECT date, billing_metering_point_number, readings, expected
  FROM days
  WHERE date BETWEEN current_date - INTERVAL '30' DAY AND current_date
  UNION ALL
  SELECT
    date,
    billing_metering_point_number,
    0 AS readings,
    CAST(json_extract_scalar(details, '$.expected_intervals') AS integer) AS expected
  FROM findings
  WHERE date BETWEEN current_date - INTERVAL '30' DAY AND current_date AND code = 'MCD'
)
SELECT
  county,
  count(DISTINCT owed.billing_metering_point_number) AS metering_points,
  sum(readings) AS received,
  sum(expected) AS expected,
  round(100e0 * sum(readings) / sum(expected), 2) AS percent
FROM owed
JOIN customers
  ON customers.date = owed.date
  AND customers.billing_metering_point_number = owed.billing_metering_point_number
WHERE customers.date BETWEEN current_date - INTERVAL '30' DAY AND current_date
GROUP BY county
ORDER BY percent, county
