// UUIDs as text: checked, in one spelling, and the time that version 7 carries.

const WITH_DASHES = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const BARE = /^[0-9a-f]{32}$/;

/** Lower case with dashes; undefined when it is no UUID. */
export function normalizeUuid(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.trim().toLowerCase();
  if (WITH_DASHES.test(text)) return text;
  if (!BARE.test(text)) return undefined;
  return [
    text.slice(0, 8),
    text.slice(8, 12),
    text.slice(12, 16),
    text.slice(16, 20),
    text.slice(20),
  ].join('-');
}

/** When a version 7 UUID was made (RFC 9562 §5.7), milliseconds since the epoch; else undefined. */
export function uuidTimeMs(uuid: string): number | undefined {
  return uuid[14] === '7' ? Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16) : undefined;
}
