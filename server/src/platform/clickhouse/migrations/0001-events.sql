-- One row is one event. The order key prunes by environment, then day, then event name; a uuid look-up
-- by (environment, day, event, distinct_id, uuid) touches single granules, one by uuid alone those that
-- its filter names. Kept by time of receipt, so that imported history stays as long as the rest.
CREATE TABLE IF NOT EXISTS events (
  environment_id UInt32,
  uuid UUID,
  event LowCardinality(String),
  timestamp DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  distinct_id String CODEC(ZSTD(1)),
  person_id UUID,
  person_mode Enum8('full' = 0, 'propertyless' = 1, 'force_upgrade' = 2),
  session_id String CODEC(ZSTD(1)),
  flag LowCardinality(String),
  flag_response LowCardinality(String),
  flags Map(LowCardinality(String), LowCardinality(String)),
  groups Map(LowCardinality(String), String),
  props Map(LowCardinality(String), String) CODEC(ZSTD(3)),
  received_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  INDEX ix_session session_id TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX ix_keys mapKeys(props) TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX ix_recv received_at TYPE minmax GRANULARITY 1,
  INDEX ix_uuid uuid TYPE bloom_filter(0.001) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(timestamp)
ORDER BY (environment_id, toDate(timestamp), event, cityHash64(distinct_id), cityHash64(uuid))
TTL toDateTime(received_at) + INTERVAL 24 MONTH DELETE
SETTINGS map_serialization_version = 'with_buckets',
  map_serialization_version_for_zero_level_parts = 'basic',
  map_buckets_strategy = 'constant', max_buckets_in_map = 16, map_buckets_min_avg_size = 12,
  non_replicated_deduplication_window = 10000,
  fsync_after_insert = 1, fsync_part_directory = 1,
  min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1,
  max_suspicious_broken_parts = 10000, ttl_only_drop_parts = 1,
  enable_block_number_column = 1, enable_block_offset_column = 1;

-- Which person a distinct id belongs to after merges; the highest version wins.
CREATE TABLE IF NOT EXISTS person_overrides (
  environment_id UInt32,
  distinct_id String,
  person_id UUID,
  version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (environment_id, distinct_id)
SETTINGS index_granularity = 512, fsync_after_insert = 1, fsync_part_directory = 1,
  min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1,
  max_suspicious_broken_parts = 10000;
