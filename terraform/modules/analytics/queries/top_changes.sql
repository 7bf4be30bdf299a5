-- The 50 metering points whose energy of a day differs most from their mean of the 7 days before, in the last 30 days.
-- Only complete days count.
WITH usual AS (
  SELECT
    date,
    billing_metering_point_number,
    CAST(kwh AS double) AS kwh,
    avg(CAST(kwh AS double)) OVER (
      PARTITION BY billing_metering_point_number
      ORDER BY date
      ROWS BETWEEN 7 PRECEDING AND 1 PRECEDING
    ) AS usual_kwh
  FROM days
  WHERE date BETWEEN current_date - INTERVAL '30' DAY AND current_date AND readings = expected
)
SELECT
  date,
  billing_metering_point_number,
  round(kwh, 3) AS kwh,
  round(usual_kwh, 3) AS usual_kwh,
  round(kwh - usual_kwh, 3) AS change_kwh
FROM usual
WHERE usual_kwh IS NOT NULL
ORDER BY abs(kwh - usual_kwh) DESC, date, billing_metering_point_number
LIMIT 50
