-- The hour with the highest load of each of the last 30 days: the energy of all metering points in this hour.
-- The energy of an hour in kWh is its mean power in kW. The time is local.
WITH hours AS (
  SELECT
    date,
    date_trunc('hour', interval_start) AS begins,
    sum(validated_kwh) AS kwh,
    count(DISTINCT billing_metering_point_number) AS metering_points
  FROM readings
  WHERE date BETWEEN current_date - INTERVAL '30' DAY AND current_date AND validated_kwh IS NOT NULL
  GROUP BY 1, 2
),
ranked AS (
  SELECT date, begins, kwh, metering_points, row_number() OVER (PARTITION BY date ORDER BY kwh DESC, begins) AS place
  FROM hours
)
SELECT
  date,
  hour(at_timezone(with_timezone(begins, 'UTC'), '${time_zone}')) AS hour,
  kwh,
  metering_points
FROM ranked
WHERE place = 1
ORDER BY date
