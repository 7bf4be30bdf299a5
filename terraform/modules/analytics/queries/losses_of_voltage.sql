-- Drops of voltage and time without voltage, by county and city, in the last 30 days. The worst city is first.
-- Customers of some types report these quantities, and the other ones may.
SELECT
  county,
  city,
  count(DISTINCT billing_metering_point_number) AS metering_points,
  sum(voltage_drops) AS voltage_drops,
  round(sum(down_time_seconds) / 60e0, 1) AS down_minutes,
  max(down_time_seconds) AS longest_seconds_of_an_interval
FROM readings
WHERE
  date BETWEEN current_date - INTERVAL '30' DAY AND current_date
  AND (voltage_drops > 0 OR down_time_seconds > 0)
GROUP BY county, city
ORDER BY down_minutes DESC, voltage_drops DESC, county, city
