import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isOpenAt, nextOpening, parseChangeWindow } from './change-window.ts';

const at = (iso: string) => Date.parse(iso);
const windowsOf = (...texts: string[]) =>
  texts.map((text) => {
    const window = parseChangeWindow(text);
    if (!window) throw new Error(text);
    return window;
  });

test.each([
  ['Mon-Thu 09:00-16:00 Europe/Berlin', '2026-11-30T08:00:00Z', true],
  ['Mon-Thu 09:00-16:00 Europe/Berlin', '2026-11-30T07:59:59Z', false],
  ['Mon-Thu 09:00-16:00 Europe/Berlin', '2026-11-30T15:00:00Z', false],
  ['Mon-Thu 09:00-16:00 Europe/Berlin', '2026-12-04T09:00:00Z', false],
  ['Fri-Mon 00:00-24:00', '2026-11-29T23:59:00Z', true],
  ['Fri-Mon 00:00-24:00', '2026-12-01T00:00:00Z', false],
  ['Sun 22:00-02:00', '2026-11-30T01:30:00Z', true],
  ['Sun 22:00-02:00', '2026-12-01T01:30:00Z', false],
  ['daily 10:00-11:00', '2026-12-05T10:30:00Z', true],
])('%s at %s: %j', (text, iso, isOpen) => {
  expect(isOpenAt(windowsOf(text), at(iso))).toBe(isOpen);
});

test.each([
  'Mon-Thu 9-16',
  'Mon 09:00-09:00',
  'Mon 09:00-25:00',
  'Mon 09:70-10:00',
  'Noday 09:00-10:00',
  'Mon-Tue-Wed 09:00-10:00',
  'Mon 09:00-10:00 Europe/Nowhere',
  '',
])('is no window: %j', (text) => {
  expect(parseChangeWindow(text)).toBeUndefined();
});

test('the next opening is told, over a change of clocks too', () => {
  const berlin = windowsOf('Mon,Sun 09:00-16:00 Europe/Berlin');
  expect(nextOpening(berlin, at('2026-11-30T09:30:00Z'))).toBe(at('2026-11-30T09:30:00Z'));
  // Saturday in winter, Sunday in summer time.
  expect(nextOpening(berlin, at('2026-03-28T12:00:30Z'))).toBe(at('2026-03-29T07:00:00Z'));
  // 02:30 does not exist on that day.
  const night = windowsOf('Sun 02:30-05:00 Europe/Berlin');
  expect(nextOpening(night, at('2026-03-28T12:00:00Z'))).toBe(at('2026-03-29T01:30:00Z'));
  expect(nextOpening([], 5)).toBe(5);
});

test('at the next opening a window is open, and none is before it', () => {
  const texts = ['Mon-Thu 09:00-16:00 Europe/Berlin', 'Sat 22:00-02:00 America/New_York'];
  const windows = windowsOf(...texts);
  fc.assert(
    fc.property(fc.integer({ min: at('2026-01-01'), max: at('2027-01-01') }), (nowMs) => {
      const openMs = nextOpening(windows, nowMs);
      expect(isOpenAt(windows, openMs)).toBe(true);
      for (let before = nowMs; before < openMs; before += 60 * 60_000) {
        expect(isOpenAt(windows, before)).toBe(false);
      }
    }),
    { numRuns: 200 },
  );
});
