-- Share of estimated values of each of the last 30 days, in intervals and in energy.
-- The quality codes 8 and 9 are estimates: of the sender, of like days, or interpolated.
SELECT
  date,
  count(*) AS intervals,
  count_if(quality_code IN (8, 9)) AS estimated_intervals,
  round(100e0 * count_if(quality_code IN (8, 9)) / count(*), 2) AS percent_of_intervals,
  round(
    100 * sum(CASE WHEN quality_code IN (8, 9) THEN CAST(validated_kwh AS double) ELSE 0e0 END)
    / nullif(sum(CAST(validated_kwh AS double)), 0e0),
    2
  ) AS percent_of_energy
FROM readings
WHERE date BETWEEN current_date - INTERVAL '30' DAY AND current_date AND validated_kwh IS NOT NULL
GROUP BY date
ORDER BY date
