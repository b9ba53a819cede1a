import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bandPath, layoutOf, type PathEdge, stopOf } from './path-layout.ts';

const edge = (source: string, target: string, value: number): PathEdge => ({
  source,
  target,
  value,
  average_conversion_time: 1000,
});

test('stops are told by step and name', () => {
  expect(stopOf('2_/a_b')).toEqual({ step: 2, name: '/a_b' });
  expect(stopOf('10_line\nbreak')).toEqual({ step: 10, name: 'line\nbreak' });
  expect(stopOf('odd')).toEqual({ step: 1, name: 'odd' });
});

test('a column holds the stops of a step, the fullest on top', () => {
  const { stops, columns } = layoutOf([
    edge('1_home', '2_cart', 1),
    edge('1_home', '2_help', 3),
    edge('2_cart', '3_paid', 1),
  ]);
  expect(columns).toBe(3);
  expect(stops.map(({ key, column, value }) => [key, column, value])).toEqual([
    ['1_home', 0, 4],
    ['2_help', 1, 3],
    ['2_cart', 1, 1],
    ['3_paid', 2, 1],
  ]);
});

test('bands of a stop lie within it, none on another', () => {
  const steps = fc.integer({ min: 1, max: 3 });
  const names = fc.constantFrom('a', 'b', 'c');
  const edges = fc.array(
    fc
      .tuple(steps, names, names, fc.integer({ min: 10, max: 50 }))
      .map(([step, from, to, value]) => edge(`${step}_${from}`, `${step + 1}_${to}`, value)),
    { minLength: 1, maxLength: 20 },
  );
  fc.assert(
    fc.property(edges, (list) => {
      const { bands, height } = layoutOf(list);
      expect(bands).toHaveLength(list.length);
      for (const { from, to, fromTop, toTop, height: own } of bands) {
        expect(fromTop + own).toBeLessThanOrEqual(from.top + from.height + 1e-6);
        expect(toTop + own).toBeLessThanOrEqual(to.top + to.height + 1e-6);
        expect(Math.max(fromTop, toTop) + own).toBeLessThanOrEqual(height + 1e-6);
      }
      for (const stop of new Set(bands.map(({ from }) => from))) {
        const leaving = bands.filter(({ from }) => from === stop);
        const tops = leaving.toSorted((a, b) => a.fromTop - b.fromTop);
        for (const [index, band] of tops.slice(1).entries()) {
          const above = tops[index];
          expect(band.fromTop).toBeGreaterThanOrEqual(
            (above?.fromTop ?? 0) + (above?.height ?? 0) - 1e-6,
          );
        }
      }
    }),
  );
});

test('without ways there is nothing to draw', () => {
  expect(layoutOf([])).toEqual({ stops: [], bands: [], columns: 0, height: 0 });
  const [band] = layoutOf([edge('1_a', '2_b', 1)]).bands;
  expect(band && bandPath(band, 0, 100)).toMatch(/^M0 26C50 26 50 26 100 26L100 306C/);
});
