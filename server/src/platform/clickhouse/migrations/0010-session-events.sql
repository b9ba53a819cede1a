-- Which events and which values of flags each session had, kept with every insert into `events` so that recordings are
-- found without reading events. A day is that of the events: a session past midnight has two.
CREATE TABLE IF NOT EXISTS session_event (
  environment_id UInt32,
  day Date,
  event LowCardinality(String),
  session_id String,
  distinct_id String,
  count SimpleAggregateFunction(sum, UInt64),
  first_at SimpleAggregateFunction(min, DateTime64(3, 'UTC')),
  last_at SimpleAggregateFunction(max, DateTime64(3, 'UTC')),
  INDEX ix_session session_id TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(day)
ORDER BY (environment_id, day, event, session_id, distinct_id)
TTL day + INTERVAL 24 MONTH DELETE
SETTINGS index_granularity = 1024, non_replicated_deduplication_window = 10000,
  fsync_after_insert = 1, fsync_part_directory = 1,
  min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1,
  max_suspicious_broken_parts = 10000, ttl_only_drop_parts = 1;

-- posthog-js reports a call once per person and value, not per session: what events carry as `$feature/<key>` counts too.
CREATE TABLE IF NOT EXISTS session_flag (
  environment_id UInt32,
  day Date,
  flag LowCardinality(String),
  value LowCardinality(String),
  session_id String,
  distinct_id String,
  is_called SimpleAggregateFunction(max, UInt8),
  first_at SimpleAggregateFunction(min, DateTime64(3, 'UTC')),
  last_at SimpleAggregateFunction(max, DateTime64(3, 'UTC')),
  INDEX ix_session session_id TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(day)
ORDER BY (environment_id, day, flag, value, session_id, distinct_id)
TTL day + INTERVAL 24 MONTH DELETE
SETTINGS index_granularity = 1024, non_replicated_deduplication_window = 10000,
  fsync_after_insert = 1, fsync_part_directory = 1,
  min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1,
  max_suspicious_broken_parts = 10000, ttl_only_drop_parts = 1;

-- What was stored before. Of each table the view comes first: what is stored while the backfill runs is in it, and the
-- backfill reads what was there when it began. The whole can be repeated from the beginning. It may take minutes; what
-- is past the tables' own time is not read.
DROP VIEW IF EXISTS session_event_feed;
TRUNCATE TABLE session_event;

CREATE MATERIALIZED VIEW session_event_feed TO session_event AS
SELECT environment_id, toDate(timestamp) AS day, event, session_id, distinct_id,
  count() AS count, min(timestamp) AS first_at, max(timestamp) AS last_at
FROM events WHERE session_id != ''
GROUP BY environment_id, day, event, session_id, distinct_id;

INSERT INTO session_event
SELECT environment_id, toDate(timestamp) AS day, event, session_id, distinct_id,
  count() AS count, min(timestamp) AS first_at, max(timestamp) AS last_at
FROM events WHERE session_id != '' AND timestamp >= subtractMonths(now(), 24)
GROUP BY environment_id, day, event, session_id, distinct_id;

DROP VIEW IF EXISTS session_flag_feed;
TRUNCATE TABLE session_flag;

CREATE MATERIALIZED VIEW session_flag_feed TO session_flag AS
SELECT environment_id, toDate(timestamp) AS day, seen.1 AS flag, seen.2 AS value, session_id, distinct_id,
  max(seen.3) AS is_called, min(timestamp) AS first_at, max(timestamp) AS last_at
FROM (
  SELECT environment_id, timestamp, session_id, distinct_id,
    arrayJoin(arrayConcat(
      arrayMap((k, v) -> (k, v, toUInt8(0)), mapKeys(flags), mapValues(flags)),
      if(e.flag = '', [], [(e.flag, e.flag_response, toUInt8(1))]))) AS seen
  FROM events AS e WHERE session_id != ''
)
GROUP BY environment_id, day, flag, value, session_id, distinct_id;

INSERT INTO session_flag
SELECT environment_id, toDate(timestamp) AS day, seen.1 AS flag, seen.2 AS value, session_id, distinct_id,
  max(seen.3) AS is_called, min(timestamp) AS first_at, max(timestamp) AS last_at
FROM (
  SELECT environment_id, timestamp, session_id, distinct_id,
    arrayJoin(arrayConcat(
      arrayMap((k, v) -> (k, v, toUInt8(0)), mapKeys(flags), mapValues(flags)),
      if(e.flag = '', [], [(e.flag, e.flag_response, toUInt8(1))]))) AS seen
  FROM events AS e WHERE session_id != '' AND timestamp >= subtractMonths(now(), 24)
)
GROUP BY environment_id, day, flag, value, session_id, distinct_id;
