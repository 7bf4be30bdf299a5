-- Alarms of the last 365 days that are open or acknowledged, by county, check and age. The age counts from the alarm's
-- first day. A silence has a row on each of its days, and the row with the highest sequence is the newest.
WITH ranked AS (
  SELECT
    county,
    error_type,
    state,
    first_day,
    row_number() OVER (PARTITION BY alarm_id ORDER BY sequence DESC, date DESC) AS place
  FROM alarms
  WHERE date BETWEEN current_date - INTERVAL '365' DAY AND current_date
),
aged AS (
  SELECT county, error_type, state, date_diff('day', first_day, current_date) AS days
  FROM ranked
  WHERE place = 1 AND state IN ('open', 'acknowledged')
)
SELECT
  county,
  error_type,
  CASE
    WHEN days <= 1 THEN '0 to 1 days'
    WHEN days <= 7 THEN '2 to 7 days'
    WHEN days <= 30 THEN '8 to 30 days'
    ELSE 'more than 30 days'
  END AS age,
  count_if(state = 'open') AS open,
  count_if(state = 'acknowledged') AS acknowledged
FROM aged
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3
