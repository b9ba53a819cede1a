import { expect, test } from 'vitest';
import {
  formatDuration,
  formatPercent,
  formatRelative,
  formatShare,
  joinWords,
  plural,
} from './format.ts';

test('shares keep two digits however small they are', () => {
  expect(formatShare(0)).toBe('0 %');
  expect(formatShare(0.042)).toBe('4.2 %');
  expect(formatShare(0.00031)).toBe('0.031 %');
  expect(formatShare(0.1234)).toBe('12.3 %');
  expect(formatShare(1)).toBe('100 %');
  expect(formatPercent(0.5)).toBe('0.5 %');
});

test('durations name their two largest units', () => {
  expect(formatDuration(0)).toBe('0 s');
  expect(formatDuration(0.42)).toBe('0.4 s');
  expect(formatDuration(59)).toBe('59 s');
  expect(formatDuration(60)).toBe('1 min');
  expect(formatDuration(5400)).toBe('1 h 30 min');
  expect(formatDuration(3605)).toBe('1 h');
  expect(formatDuration(100_800)).toBe('1 d 4 h');
  expect(formatDuration(604_800)).toBe('7 d');
});

test('relative times go both ways and end in a date', () => {
  const now = Date.UTC(2026, 10, 20, 12);
  expect(formatRelative(now - 2000, now)).toBe('just now');
  expect(formatRelative(now - 60_000, now)).toBe('1 minute ago');
  expect(formatRelative(now - 7_300_000, now)).toBe('2 hours ago');
  expect(formatRelative(now + 90_000, now)).toBe('in 1 minute');
  expect(formatRelative(now - 60 * 86_400_000, now)).toBe('21 Sept');
});

test('words join and count', () => {
  expect(joinWords([])).toBe('');
  expect(joinWords(['a'])).toBe('a');
  expect(joinWords(['a', 'b', 'c'], 'or')).toBe('a, b or c');
  expect(plural(1, 'person', 'people')).toBe('1 person');
  expect(plural(1200, 'person', 'people')).toBe('1,200 people');
});
