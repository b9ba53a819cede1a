-- Whether somebody in a rollout matches a condition for named people: told apart once, so that they stay
-- on their side of the comparison when their properties change.
CREATE TABLE IF NOT EXISTS rollout_person (
  rollout_id String,
  person_id UUID,
  is_targeted Bool,
  told_apart_at DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(told_apart_at)
ORDER BY (rollout_id, person_id)
TTL toDateTime(told_apart_at) + INTERVAL 24 MONTH DELETE
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1,
  min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1,
  max_suspicious_broken_parts = 10000;
