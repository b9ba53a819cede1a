-- Who is in a cohort by events, as last calculated. A calculation is published in PostgreSQL once all of its rows
-- are here, and its predecessors go as whole partitions. One of the person's ids leads to whom they belong now.
CREATE TABLE IF NOT EXISTS cohort_person (
  environment_id UInt32,
  cohort_id UInt32,
  calculation UInt64,
  person_id UUID,
  distinct_id String
)
ENGINE = MergeTree
PARTITION BY (environment_id, cohort_id, calculation)
ORDER BY person_id
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1,
  min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1,
  max_suspicious_broken_parts = 10000;
