-- Energy of each day and city in the last 30 days.
-- kwh is the sum of the values to use: readings that are good, and estimates for the others.
-- A reading without a customer has no city, and its row is last.
SELECT
  date,
  city,
  count(DISTINCT billing_metering_point_number) AS metering_points,
  sum(validated_kwh) AS kwh,
  sum(production_kwh) AS production_kwh
FROM readings
WHERE date BETWEEN current_date - INTERVAL '30' DAY AND current_date
GROUP BY date, city
ORDER BY date, city
