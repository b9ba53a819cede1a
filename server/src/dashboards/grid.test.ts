import fc from 'fast-check';
import { expect, test } from 'vitest';
import { COLUMNS, type Placed, inOrder, moved, resized, settled, stepped } from './grid.ts';

const place = fc
  .record({
    x: fc.integer({ min: 0, max: COLUMNS - 2 }),
    y: fc.integer({ min: 0, max: 40 }),
    w: fc.integer({ min: 2, max: COLUMNS }),
    h: fc.integer({ min: 3, max: 12 }),
  })
  .map((one) => ({ ...one, w: Math.min(one.w, COLUMNS - one.x) }));
const grid = fc
  .array(place, { minLength: 1, maxLength: 12 })
  .map((places) => settled(places.map((one, index) => ({ ...one, id: index + 1 }))));
const someTile = fc.tuple(grid, fc.nat()).map(([tiles, at]) => ({
  tiles,
  id: tiles[at % tiles.length]?.id ?? 0,
}));

const overlap = (a: Placed, b: Placed): boolean =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

function expectSound(tiles: readonly Placed[], before: readonly Placed[]): void {
  expect(new Set(tiles.map(({ id }) => id))).toEqual(new Set(before.map(({ id }) => id)));
  expect(tiles).toHaveLength(before.length);
  for (const [index, tile] of tiles.entries()) {
    expect(tile.x).toBeGreaterThanOrEqual(0);
    expect(tile.x + tile.w).toBeLessThanOrEqual(COLUMNS);
    for (const other of tiles.slice(index + 1)) expect(overlap(tile, other)).toBe(false);
  }
  // Nothing hangs in the air, so doing it again changes nothing.
  const again = new Map(settled(tiles).map((tile) => [tile.id, tile]));
  for (const tile of tiles) expect(again.get(tile.id)).toEqual(tile);
}

test('whatever is moved or resized, nothing is lost, overlaps, hangs in the air or leaves the grid', () => {
  const to = fc.record({
    x: fc.integer({ min: -5, max: 20 }),
    y: fc.integer({ min: -5, max: 90 }),
  });
  const size = fc.record({
    w: fc.integer({ min: -2, max: 30 }),
    h: fc.integer({ min: 0, max: 60 }),
  });
  const direction = fc.constantFrom('left', 'right', 'up', 'down');
  fc.assert(
    fc.property(someTile, to, size, direction, ({ tiles, id }, target, wanted, way) => {
      expectSound(tiles, tiles);
      expectSound(moved(tiles, id, target), tiles);
      expectSound(resized(tiles, id, wanted), tiles);
      expectSound(stepped(tiles, id, way), tiles);
    }),
  );
});

test('a step up or down passes one tile, and every place in a column is reached', () => {
  const heights = fc.array(fc.integer({ min: 3, max: 12 }), { minLength: 2, maxLength: 8 });
  fc.assert(
    fc.property(heights, fc.nat(), (column, pick) => {
      const tiles = settled(column.map((h, y) => ({ id: y + 1, x: 0, y, w: 6, h })));
      const order = (of: readonly Placed[]) => inOrder(of).map(({ id }) => id);
      const at = pick % (tiles.length - 1);
      const id = at + 1;
      const down = stepped(tiles, id, 'down');
      expect(order(down).indexOf(id)).toBe(at + 1);
      expect(stepped(down, id, 'up').toSorted((a, b) => a.id - b.id)).toEqual(tiles);
    }),
  );
});

test('a tile that is dragged past the middle of another takes its place', () => {
  const tiles = [
    { id: 1, x: 0, y: 0, w: 6, h: 4 },
    { id: 2, x: 0, y: 4, w: 6, h: 10 },
    { id: 3, x: 6, y: 0, w: 6, h: 4 },
  ];
  const rows = (of: readonly Placed[]) => Object.fromEntries(of.map(({ id, y }) => [id, y]));
  expect(rows(moved(tiles, 1, { x: 0, y: 5 }))).toEqual({ 1: 0, 2: 4, 3: 0 });
  expect(rows(moved(tiles, 1, { x: 0, y: 6 }))).toEqual({ 1: 10, 2: 0, 3: 0 });
  expect(rows(moved(tiles, 2, { x: 0, y: 2 }))).toEqual({ 1: 0, 2: 4, 3: 0 });
  expect(rows(moved(tiles, 2, { x: 0, y: 1 }))).toEqual({ 1: 10, 2: 0, 3: 0 });
  expect(rows(moved(tiles, 1, { x: 6, y: 0 }))).toEqual({ 1: 0, 2: 0, 3: 4 });
});
