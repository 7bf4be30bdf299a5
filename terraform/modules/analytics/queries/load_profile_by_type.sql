-- Mean power of a metering point in kW, by type of customer and hour of the local day, over the last 30 days.
SELECT
  type,
  hour(at_timezone(with_timezone(interval_start, 'UTC'), '${time_zone}')) AS hour,
  count(DISTINCT billing_metering_point_number) AS metering_points,
  round(sum(CAST(validated_kwh AS double)) * 60 / sum(interval_minutes), 3) AS mean_kw
FROM readings
WHERE
  date BETWEEN current_date - INTERVAL '30' DAY AND current_date
  AND validated_kwh IS NOT NULL
  AND type IS NOT NULL
GROUP BY 1, 2
ORDER BY 1, 2
