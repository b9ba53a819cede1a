-- Exceptions by what they are about: one row for each `$exception` of `events`, added once it is known which issue it
-- belongs to. Issues that were joined keep their fingerprints; PostgreSQL knows whose they are (error_fingerprint).
CREATE TABLE IF NOT EXISTS exception (
  environment_id UInt32,
  fingerprint UUID,
  uuid UUID,
  timestamp DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  received_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  distinct_id String CODEC(ZSTD(1)),
  person_id UUID,
  session_id String CODEC(ZSTD(1)),
  flags Map(LowCardinality(String), LowCardinality(String)),
  release LowCardinality(String),
  browser LowCardinality(String),
  os LowCardinality(String),
  INDEX ix_recv received_at TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(timestamp)
ORDER BY (environment_id, fingerprint, timestamp, uuid)
TTL toDateTime(received_at) + INTERVAL 24 MONTH DELETE
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1,
  min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1,
  max_suspicious_broken_parts = 10000, ttl_only_drop_parts = 1;
