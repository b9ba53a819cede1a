-- Recordings of sessions. A block is what one message of the recorder held: its events as lines of JSON (`data`), and
-- what they say about the session (`facts`, JSON). Order key and partition let one session be read without the rest;
-- partitions are dropped as a whole when their week and the days that they are kept have passed.
CREATE TABLE IF NOT EXISTS replay_block (
  environment_id UInt32,
  session_id String,
  session_day Date,
  window_id String,
  block_id UUID,
  distinct_id String,
  first_at DateTime64(3, 'UTC'),
  last_at DateTime64(3, 'UTC'),
  received_at DateTime64(3, 'UTC'),
  skew_ms Int64,
  events UInt32,
  has_full UInt8,
  bytes UInt32,
  source LowCardinality(String),
  library LowCardinality(String),
  library_version LowCardinality(String),
  facts String CODEC(ZSTD(3)),
  retention_days UInt16,
  data String CODEC(ZSTD(3))
)
ENGINE = MergeTree
PARTITION BY (retention_days, toMonday(session_day))
ORDER BY (environment_id, session_id, first_at, block_id)
SETTINGS index_granularity = 64, non_replicated_deduplication_window = 1000,
  max_bytes_to_merge_at_max_space_in_pool = 5368709120, old_parts_lifetime = 1,
  cleanup_delay_period = 2, cleanup_delay_period_random_add = 1, max_cleanup_delay_period = 3,
  fsync_after_insert = 1, fsync_part_directory = 1,
  min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1,
  max_suspicious_broken_parts = 10000;

-- A session as its blocks say, written anew with each of them; the latest row counts.
CREATE TABLE IF NOT EXISTS session_replay (
  environment_id UInt32,
  session_day Date,
  session_id String,
  version UInt64,
  start_at DateTime64(3, 'UTC'),
  end_at DateTime64(3, 'UTC'),
  received_at DateTime64(3, 'UTC'),
  distinct_id String,
  distinct_ids Array(String),
  window_ids Array(String),
  urls Array(String),
  active_ms UInt64,
  clicks UInt32,
  rage_clicks UInt32,
  keys UInt32,
  mouse UInt32,
  logs UInt32,
  warnings UInt32,
  errors UInt32,
  requests UInt32,
  status4xx UInt32,
  status5xx UInt32,
  unanswered UInt32,
  score Float32,
  blocks UInt32,
  events UInt32,
  bytes UInt64,
  has_full UInt8,
  source LowCardinality(String),
  library LowCardinality(String),
  library_version LowCardinality(String),
  activity Array(UInt32),
  rage String CODEC(ZSTD(3)),
  retention_days UInt16
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY (retention_days, toMonday(session_day))
ORDER BY (environment_id, session_day, session_id)
SETTINGS index_granularity = 1024, old_parts_lifetime = 1,
  cleanup_delay_period = 2, cleanup_delay_period_random_add = 1, max_cleanup_delay_period = 3,
  fsync_after_insert = 1, fsync_part_directory = 1,
  min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1,
  max_suspicious_broken_parts = 10000;

-- What pages wrote to the console, each line once a block; to search in.
CREATE TABLE IF NOT EXISTS replay_console (
  environment_id UInt32,
  session_day Date,
  session_id String,
  timestamp DateTime64(3, 'UTC'),
  level Enum8('log' = 0, 'warn' = 1, 'error' = 2),
  message String CODEC(ZSTD(3)),
  retention_days UInt16,
  INDEX ix_message lower(message) TYPE ngrambf_v1(3, 8192, 2, 0) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY (retention_days, toMonday(session_day))
ORDER BY (environment_id, session_day, level, session_id, timestamp)
SETTINGS index_granularity = 1024, non_replicated_deduplication_window = 1000, old_parts_lifetime = 1,
  cleanup_delay_period = 2, cleanup_delay_period_random_add = 1, max_cleanup_delay_period = 3,
  fsync_after_insert = 1, fsync_part_directory = 1,
  min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1,
  max_suspicious_broken_parts = 10000;

-- Requests of pages, without their parameters.
CREATE TABLE IF NOT EXISTS replay_request (
  environment_id UInt32,
  session_day Date,
  session_id String,
  timestamp DateTime64(3, 'UTC'),
  method LowCardinality(String),
  host LowCardinality(String),
  path String CODEC(ZSTD(3)),
  status UInt16,
  is_unanswered UInt8,
  duration_ms UInt32,
  bytes UInt64,
  retention_days UInt16
)
ENGINE = MergeTree
PARTITION BY (retention_days, toMonday(session_day))
ORDER BY (environment_id, session_day, status, host, session_id, timestamp)
SETTINGS index_granularity = 1024, non_replicated_deduplication_window = 1000, old_parts_lifetime = 1,
  cleanup_delay_period = 2, cleanup_delay_period_random_add = 1, max_cleanup_delay_period = 3,
  fsync_after_insert = 1, fsync_part_directory = 1,
  min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1,
  max_suspicious_broken_parts = 10000;
