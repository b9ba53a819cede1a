-- How often Serin answered with which value of a flag, by hour. One row is one flush of one replica; merges
-- add them up. The order key prunes by environment, then flag, then time. Statistics: not deduplicated.
CREATE TABLE IF NOT EXISTS flag_usage (
  environment_id UInt32,
  flag String,
  hour DateTime('UTC'),
  value LowCardinality(String),
  sdk LowCardinality(String),
  asked Enum8('all' = 0, 'named' = 1),
  count UInt64
)
ENGINE = SummingMergeTree(count)
PARTITION BY toYYYYMM(hour)
ORDER BY (environment_id, flag, hour, value, sdk, asked)
TTL hour + INTERVAL 13 MONTH DELETE
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1,
  max_suspicious_broken_parts = 10000, ttl_only_drop_parts = 1;
