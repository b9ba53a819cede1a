-- Whose pieces these are, so that they go with their people and their environment. Older ones (0) end after eight days.
ALTER TABLE rollout_piece ADD COLUMN IF NOT EXISTS environment_id UInt32;
