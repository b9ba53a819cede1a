-- Where a session went badly for whoever was there; 0 in rows that older versions wrote.
ALTER TABLE session_replay ADD COLUMN IF NOT EXISTS errors_after_click UInt32 AFTER rage_clicks;
ALTER TABLE session_replay ADD COLUMN IF NOT EXISTS quick_backs UInt32 AFTER errors_after_click;
ALTER TABLE session_replay ADD COLUMN IF NOT EXISTS idle_gaps UInt32 AFTER quick_backs;
