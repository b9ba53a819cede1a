-- What each distinct id did in a stage of a rollout, counted once: a piece stands for the events that were stored between
-- two looks, so that a look reads only what is newer. Which pieces count is in PostgreSQL (rollout_count). They are
-- written anew every few days, so what is older is of nobody. Fixed size, whatever the guardrails are: see seen-sql.ts.
CREATE TABLE IF NOT EXISTS rollout_piece (
  piece UUID,
  distinct_id String CODEC(ZSTD(1)),
  owner_then UUID,
  first_call Int64,
  first_event Int64,
  last_event Int64,
  last_value String,
  valued_at Int64,
  happened Array(Int64),
  series Array(Array(Tuple(Int64, Float64))),
  made_at DateTime('UTC') DEFAULT now()
)
ENGINE = MergeTree
PARTITION BY toDate(made_at)
ORDER BY (piece, distinct_id)
TTL made_at + INTERVAL 8 DAY DELETE
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1,
  min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1,
  max_suspicious_broken_parts = 10000, ttl_only_drop_parts = 1;
