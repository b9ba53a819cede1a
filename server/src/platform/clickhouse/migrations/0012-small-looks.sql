-- What looks at rollouts have counted, laid out for reading a few people out of many: small blocks of small granules, and
-- an index from people to their ids. Totals are rows of their own, so that what is read does not grow with the age of
-- a stage. A cache: without it, everything is counted again (see 0008, stored-sql.ts and sums-sql.ts).
DROP TABLE IF EXISTS rollout_piece;

-- Facts of one distinct id, and whose it is: of an id in several rows, the latest piece says that.
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
  lives_until DateTime('UTC'),
  INDEX ix_owner owner TYPE bloom_filter(0.001) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toStartOfInterval(lives_until, INTERVAL 6 HOUR)
ORDER BY (piece, distinct_id)
TTL lives_until DELETE
SETTINGS index_granularity = 128, min_compress_block_size = 4096, max_compress_block_size = 16384,
  max_suspicious_broken_parts = 10000, ttl_only_drop_parts = 1;

DROP TABLE IF EXISTS rollout_sum;

-- By how much the facts of a piece change what is counted of the people who entered in one bucket of time; and, as bucket
-- -1, of all.
CREATE TABLE IF NOT EXISTS rollout_sum (
  piece UUID,
  environment_id UInt32,
  bucket Int64,
  counts Array(Int64),
  tallies Array(Decimal(76, 20)),
  spreads Array(Map(UInt64, Int64)),
  recent Array(Map(Int64, Int64)),
  lives_until DateTime('UTC')
)
ENGINE = MergeTree
PARTITION BY toStartOfInterval(lives_until, INTERVAL 6 HOUR)
ORDER BY (piece, bucket)
TTL lives_until DELETE
SETTINGS index_granularity = 512, max_suspicious_broken_parts = 10000, ttl_only_drop_parts = 1;
