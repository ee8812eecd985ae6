-- name: system_counts
-- What the page of the system's state counts: the database's size (bytes), dead letters that wait, those of the last
-- hour and the size of all, messages to people that are overdue, and devices whose clocks are off.
SELECT pg_database_size(current_database()) AS database_bytes,
       letters.waiting AS letters_waiting, letters.lately AS letters_lately, letters.bytes AS letters_bytes,
       messages.waiting AS messages_waiting, messages.oldest AS messages_oldest,
       (SELECT count(*) FROM ledger WHERE abs(clock_skew_seconds) > %(limit)s AND heard_at >= %(since)s) AS wrong_clocks
FROM (SELECT count(*) FILTER (WHERE replayed_at IS NULL) AS waiting,
             count(*) FILTER (WHERE received_at >= %(since)s) AS lately,
             coalesce(sum(length(payload)), 0)::bigint AS bytes
      FROM dead_letter) AS letters,
     (SELECT count(*) AS waiting, min(due_at) AS oldest
      FROM notification WHERE delivered_at IS NULL AND due_at <= %(now)s) AS messages

-- name: wrong_clocks
-- Devices heard lately whose clocks are off, the worst first; positive: behind.
SELECT sensor_id, clock_skew_seconds AS skew FROM ledger
WHERE abs(clock_skew_seconds) > %(limit)s AND heard_at >= %(since)s
ORDER BY abs(clock_skew_seconds) DESC, sensor_id LIMIT %(most)s

-- name: letter_senders
-- Who sent what could not be stored within the last hour, the most first.
SELECT split_part(topic, '/', 4) AS sender, count(*) AS count FROM dead_letter
WHERE received_at >= %(since)s GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT %(most)s
