// The grid of a dashboard: tiles stand on columns and fall upwards; no two overlap. Pure, so that dragging in the
// browser, the keyboard and the server come to the same places.

export const COLUMNS = 12;
/** The smallest tile that still shows something. */
export const LEAST = { w: 2, h: 3 } as const;
export const MAX_HEIGHT = 40;

/** In columns and rows. */
export type Place = {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
};
export type Placed = Place & { readonly id: number };
export type Direction = 'left' | 'right' | 'up' | 'down';

/** Everything as high up as what stands above lets it; where two overlap the later one gives way. */
export function settled<P extends Placed>(tiles: readonly P[]): P[] {
  return stacked(inOrder(tiles));
}

/** From top to bottom, from left to right: also the order on screens of one column. */
export function inOrder<P extends Placed>(tiles: readonly P[]): P[] {
  return tiles.toSorted((a, b) => a.y - b.y || a.x - b.x || a.id - b.id);
}

/** With one tile where it is wanted; the others make room. */
export function moved<P extends Placed>(
  tiles: readonly P[],
  id: number,
  to: { readonly x: number; readonly y: number },
): P[] {
  const tile = tiles.find((one) => one.id === id);
  if (!tile) return [...tiles];
  const wanted = {
    ...tile,
    x: within(to.x, 0, COLUMNS - tile.w),
    y: Math.max(0, Math.round(to.y)),
  };
  const others = inOrder(tiles.filter((one) => one.id !== id));
  const isDown = wanted.y > tile.y;
  const edge = isDown ? wanted.y + wanted.h : wanted.y;
  // Past the middle of another tile they change places.
  const comesBefore = (other: P) => {
    const middle = other.y + other.h / 2;
    return sharesColumns(other, wanted) && (isDown ? edge <= middle : edge < middle);
  };
  const at = others.findIndex(comesBefore);
  return stacked(others.toSpliced(at === -1 ? others.length : at, 0, wanted));
}

/** One step of the keyboard: a column to the side, or past the next tile above or below. */
export function stepped<P extends Placed>(
  tiles: readonly P[],
  id: number,
  direction: Direction,
): P[] {
  const tile = tiles.find((one) => one.id === id);
  if (!tile) return [...tiles];
  if (direction === 'left') return moved(tiles, id, { x: tile.x - 1, y: tile.y });
  if (direction === 'right') return moved(tiles, id, { x: tile.x + 1, y: tile.y });
  const beside = inOrder(tiles.filter((one) => one.id !== id && sharesColumns(one, tile)));
  if (direction === 'up') {
    const above = beside.findLast((one) => one.y < tile.y);
    return above ? moved(tiles, id, { x: tile.x, y: above.y }) : [...tiles];
  }
  const below = beside.find((one) => one.y > tile.y);
  if (!below) return [...tiles];
  const pastMiddle = Math.floor(below.y + below.h / 2) + 1 - tile.h;
  return moved(tiles, id, { x: tile.x, y: Math.max(tile.y + 1, pastMiddle) });
}

/** With one tile of another size, within the grid. */
export function resized<P extends Placed>(
  tiles: readonly P[],
  id: number,
  size: { readonly w: number; readonly h: number },
): P[] {
  return settled(
    tiles.map((tile) =>
      tile.id === id
        ? {
            ...tile,
            w: within(size.w, LEAST.w, COLUMNS - tile.x),
            h: within(size.h, LEAST.h, MAX_HEIGHT),
          }
        : tile,
    ),
  );
}

/** The first row below everything. */
export const bottomOf = (tiles: readonly Place[]): number =>
  Math.max(0, ...tiles.map(({ y, h }) => y + h));

function stacked<P extends Placed>(tiles: readonly P[]): P[] {
  const placed: P[] = [];
  for (const tile of tiles) {
    const above = placed.filter((other) => sharesColumns(other, tile));
    placed.push({ ...tile, y: bottomOf(above) });
  }
  return placed;
}

const sharesColumns = (a: Place, b: Place): boolean => a.x < b.x + b.w && b.x < a.x + a.w;

const within = (value: number, least: number, most: number): number =>
  Math.min(Math.max(Math.round(value), least), Math.max(least, most));
