// A recording in wire form.
import type { z } from 'zod';
import type { RageClick } from '../facts/rage.ts';
import { PINNED_DAYS } from '../settings/settings.ts';
import { endOfKeepingMs, endOfShowingMs } from '../store/kept.ts';
import type { BlockHead } from '../store/rows.ts';
import type { BlockBody, RecordingBody } from './recordings.contract.ts';
import type { Pin } from './pin.ts';
import type { Recording } from './recordings.service.ts';

const iso = (ms: number): string => new Date(ms).toISOString();

export function toPinBody({ reason, pinnedBy, pinnedAt }: Pin) {
  return { reason, pinned_by: pinnedBy, pinned_at: pinnedAt.toISOString() };
}

export function toRecordingBody(recording: Recording): z.input<typeof RecordingBody> {
  const { row, person, pin } = recording;
  const startMs = Number(row.start_ms);
  const endMs = Number(row.end_ms);
  const days = pin ? PINNED_DAYS : Number(row.retention_days);
  return {
    id: row.session_id,
    distinct_id: row.distinct_id,
    distinct_ids: [...row.distinct_ids],
    person: person && { id: person.id, properties: { ...person.properties } },
    start_time: iso(startMs),
    end_time: iso(endMs),
    recording_duration: (endMs - startMs) / 1000,
    active_seconds: Number(row.active_ms) / 1000,
    ...countsOf(recording),
    start_url: row.urls[0] ?? null,
    urls: [...row.urls],
    window_ids: [...row.window_ids],
    source: row.source,
    library: row.library,
    library_version: row.library_version,
    has_full_snapshot: Number(row.has_full) === 1,
    ongoing: recording.isOngoing,
    activity: row.activity.map(Number),
    activity_score: Math.round(row.score * 10) / 10,
    expires_at: iso(endOfShowingMs({ day: row.day, retention_days: days })),
    erased_by: iso(endOfKeepingMs({ day: row.day, retention_days: days })),
    pinned: pin ? toPinBody(pin) : null,
    viewed: recording.isViewed,
  };
}

function countsOf({ row }: Recording) {
  return {
    click_count: Number(row.clicks),
    rage_click_count: Number(row.rage_clicks),
    error_after_click_count: Number(row.errors_after_click),
    quick_back_count: Number(row.quick_backs),
    idle_gap_count: Number(row.idle_gaps),
    keypress_count: Number(row.keys),
    mouse_activity_count: Number(row.mouse),
    console_log_count: Number(row.logs),
    console_warn_count: Number(row.warnings),
    console_error_count: Number(row.errors),
    request_count: Number(row.requests),
    network_4xx_count: Number(row.status4xx),
    network_5xx_count: Number(row.status5xx),
    network_error_count: Number(row.unanswered),
    size_bytes: Number(row.bytes),
    block_count: Number(row.blocks),
    event_count: Number(row.events),
  };
}

export function rageClicks({ row }: Recording) {
  return (JSON.parse(row.rage) as RageClick[]).map(({ windowId, atMs, x, y, clicks }) => ({
    window_id: windowId,
    timestamp: atMs,
    x,
    y,
    clicks,
  }));
}

export function toBlockBody(block: BlockHead): z.input<typeof BlockBody> {
  return {
    id: block.id,
    window_id: block.windowId,
    first_ts: block.firstMs,
    last_ts: block.lastMs,
    count: block.events,
    has_full: block.hasFull,
    bytes: block.bytes,
  };
}
