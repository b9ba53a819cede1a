// Lengths of time as people type them: `30 min`, `1h 30m`, `2 d`.

const UNIT_SECONDS: Record<string, number> = {
  s: 1,
  sec: 1,
  second: 1,
  m: 60,
  min: 60,
  minute: 60,
  h: 3600,
  hour: 3600,
  d: 86_400,
  day: 86_400,
  w: 604_800,
  week: 604_800,
};

const PART = /(\d+(?:[.,]\d+)?)\s*([a-z]+)/gy;

/** Seconds, or null when the text is not a length of time. A number alone needs a unit. */
export function parseDuration(text: string): number | null {
  const input = text.trim().toLowerCase().replace(/\s+/g, ' ');
  if (input === '') return null;
  let seconds = 0;
  let end = 0;
  for (const part of input.replace(/ /g, '').matchAll(PART)) {
    const [whole, amount = '', word = ''] = part;
    const unit = UNIT_SECONDS[word] ?? UNIT_SECONDS[word.replace(/s$/, '')];
    if (unit === undefined) return null;
    seconds += Number(amount.replace(',', '.')) * unit;
    end = part.index + whole.length;
  }
  return end === input.replace(/ /g, '').length ? Number(seconds.toFixed(3)) : null;
}
