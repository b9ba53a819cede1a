// What a dashboard is: tiles that show saved insights or text, and filters that override what the insights say.
import type { Filters } from '#insights/question';
import { type Place, bottomOf, settled } from './grid.ts';

export const MAX_TILES = 60;
export const COLORS = ['blue', 'green', 'purple', 'black', 'white'] as const;
export type Color = (typeof COLORS)[number];

/** What questions of tiles are asked with in place of their own range, and in addition to their own conditions. */
export type DashboardFilters = {
  readonly date_from?: string | undefined;
  readonly date_to?: string | undefined;
  readonly properties?: Filters | undefined;
};

type Content =
  /** The number of a saved insight. */
  | { readonly insight: number; readonly text: null }
  /** Markdown. */
  | { readonly insight: null; readonly text: string };

export type Tile = Content & {
  readonly id: number;
  readonly color: Color | null;
  readonly layouts: { readonly sm: Place };
};

/** A tile that may have no number or place yet. */
export type WantedTile = Content & {
  readonly id?: number | undefined;
  readonly color: Color | null;
  readonly layouts?: { readonly sm: Place } | undefined;
};

/** Half the width; tall enough for a chart with its legend. */
const USUAL_SIZE = { w: 6, h: 12 } as const;
const TEXT_SIZE = { w: 12, h: 3 } as const;

/**
 * Numbers and places for all: what has no place stands below the rest, and nothing overlaps.
 * @param before the tiles of before; only their numbers can be kept
 */
export function tilesOf(wanted: readonly WantedTile[], before: readonly Tile[]): Tile[] {
  const known = new Set(before.map(({ id }) => id));
  let last = Math.max(0, ...known);
  const placed: (Tile & Place)[] = [];
  const [withPlace, without] = [
    wanted.filter(({ layouts }) => layouts),
    wanted.filter(({ layouts }) => !layouts),
  ];
  for (const tile of [...withPlace, ...without]) {
    const id = tile.id !== undefined && known.delete(tile.id) ? tile.id : ++last;
    const place = tile.layouts?.sm ?? { x: 0, y: bottomOf(placed), ...sizeOf(tile) };
    placed.push({ ...tile, ...place, id, layouts: { sm: place } });
  }
  return settled(placed).map(({ x, y, w, h, ...tile }) => ({
    ...tile,
    layouts: { sm: { x, y, w, h } },
  }));
}

const sizeOf = (tile: WantedTile) => (tile.text === null ? USUAL_SIZE : TEXT_SIZE);
