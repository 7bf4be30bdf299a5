-- Missing readings by hour since local midnight, over the last 30 days.
-- It counts metering points that sent a part of a whole day. Days without any reading are in coverage_by_county.
-- A day of a move, or with intervals of several lengths, is left out.
WITH incomplete AS (
  SELECT date, billing_metering_point_number, minutes, slots
  FROM days
  WHERE
    date BETWEEN current_date - INTERVAL '30' DAY AND current_date
    AND readings < expected
    AND expected * minutes = length(slots) * 5
)
SELECT
  CAST(floor((slot - 1) / 12e0) AS integer) AS hour,
  count(*) AS missing,
  count(DISTINCT billing_metering_point_number) AS metering_points
FROM incomplete
CROSS JOIN UNNEST(sequence(1, length(slots))) AS t (slot)
WHERE substr(slots, slot, 1) = '0' AND (slot - 1) * 5 % minutes = 0
GROUP BY 1
ORDER BY 1
