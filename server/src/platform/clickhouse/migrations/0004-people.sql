-- People and groups as they are now, copied from PostgreSQL, so that insights can ask about their properties.
-- A property is its JSON text, as in `events`; objects have their keys sorted.
CREATE TABLE IF NOT EXISTS person (
  environment_id UInt32,
  id UUID,
  created_at DateTime64(3, 'UTC'),
  props Map(LowCardinality(String), String) CODEC(ZSTD(3)),
  version UInt64,
  is_deleted UInt8
)
ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY (environment_id, id)
SETTINGS map_serialization_version = 'with_buckets',
  map_serialization_version_for_zero_level_parts = 'basic',
  map_buckets_strategy = 'constant', max_buckets_in_map = 16, map_buckets_min_avg_size = 12,
  fsync_after_insert = 1, fsync_part_directory = 1,
  min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1,
  max_suspicious_broken_parts = 10000;

CREATE TABLE IF NOT EXISTS group_entity (
  environment_id UInt32,
  type_index UInt8,
  group_key String,
  created_at DateTime64(3, 'UTC'),
  props Map(LowCardinality(String), String) CODEC(ZSTD(3)),
  version UInt64,
  is_deleted UInt8
)
ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY (environment_id, type_index, group_key)
SETTINGS map_serialization_version = 'with_buckets',
  map_serialization_version_for_zero_level_parts = 'basic',
  map_buckets_strategy = 'constant', max_buckets_in_map = 16, map_buckets_min_avg_size = 12,
  fsync_after_insert = 1, fsync_part_directory = 1,
  min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1,
  max_suspicious_broken_parts = 10000;
