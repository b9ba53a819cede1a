-- What earlier looks at a stage of a rollout have counted, in pieces, so that a look reads only what is newer. Which
-- pieces count is in PostgreSQL (rollout_count). A cache: without a piece, everything is counted again, so nothing
-- waits for the disk. Pieces live for hours until they are merged, and for days then; each time of death is a
-- partition that goes as a whole. Fixed size, whatever the guardrails are: see stored-sql.ts and sums-sql.ts.
DROP TABLE IF EXISTS rollout_piece;

-- Facts of one distinct id, and (owner) whose it is: of an id in several rows, the latest piece says that.
CREATE TABLE IF NOT EXISTS rollout_piece (
  piece UUID,
  environment_id UInt32,
  distinct_id String CODEC(ZSTD(1)),
  owner_then UUID,
  first_call Int64,
  first_event Int64,
  last_event Int64,
  last_value String,
  valued_at Int64,
  happened Array(Int64),
  series Array(Array(Tuple(Int64, Float64))),
  owner UUID,
  is_counted Bool,
  lives_until DateTime('UTC')
)
ENGINE = MergeTree
PARTITION BY toStartOfInterval(lives_until, INTERVAL 6 HOUR)
ORDER BY (piece, distinct_id)
TTL lives_until DELETE
SETTINGS index_granularity = 512, max_suspicious_broken_parts = 10000, ttl_only_drop_parts = 1;

-- By how much the facts of a piece change what is counted of the people who entered in one bucket of time.
CREATE TABLE IF NOT EXISTS rollout_sum (
  piece UUID,
  environment_id UInt32,
  bucket Int64,
  counts Array(Int64),
  tallies Array(Decimal(76, 20)),
  spreads Array(Map(UInt64, Int64)),
  recent Array(Int64),
  lives_until DateTime('UTC')
)
ENGINE = MergeTree
PARTITION BY toStartOfInterval(lives_until, INTERVAL 6 HOUR)
ORDER BY (piece, bucket)
TTL lives_until DELETE
SETTINGS index_granularity = 512, max_suspicious_broken_parts = 10000, ttl_only_drop_parts = 1;
