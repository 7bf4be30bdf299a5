-- What each publication of the last 30 days changed against the one before: late and corrected readings.
-- Where a day was divided into other shards, the metering points and the intervals are not counted.
SELECT
  date,
  number,
  published_at,
  changed_metering_points,
  changed_intervals,
  kwh_before,
  kwh,
  kwh - kwh_before AS kwh_change
FROM publications
WHERE date BETWEEN current_date - INTERVAL '30' DAY AND current_date AND changed_against IS NOT NULL
ORDER BY date, number
