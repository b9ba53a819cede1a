// The parts of rrweb's event format that Serin reads itself (rrweb 2 `packages/types`, and the plugins of
// posthog-js). What is recorded comes from strangers: everything below these names is unknown until looked at.

/** rrweb's `EventType`. */
export const TYPE = { full: 2, incremental: 3, meta: 4, custom: 5, plugin: 6 } as const;
/** rrweb's `IncrementalSource`. */
export const SOURCE = {
  mutation: 0,
  mouseMove: 1,
  mouseInteraction: 2,
  scroll: 3,
  resize: 4,
  input: 5,
  touchMove: 6,
  media: 7,
  styleSheetRule: 8,
  canvas: 9,
  drag: 12,
} as const;
/** What somebody does, not what the page does by itself; as posthog-js counts activity. */
const ACTIVE: ReadonlySet<unknown> = new Set([
  SOURCE.mouseMove,
  SOURCE.mouseInteraction,
  SOURCE.scroll,
  SOURCE.resize,
  SOURCE.input,
  SOURCE.touchMove,
  SOURCE.media,
  SOURCE.drag,
]);
const LAST_TYPE = 6;

export type Fields = Readonly<Record<string, unknown>>;

/** One event; `timestamp` in milliseconds by the clock of the recorded browser. */
export type RrwebEvent = {
  readonly type: number;
  readonly timestamp: number;
  readonly data: Fields;
};

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
export const numberOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;

/** The event, if it can be played without the Replayer throwing. */
export function readEvent(value: unknown): RrwebEvent | undefined {
  if (!isFields(value)) return undefined;
  const { type, timestamp } = value;
  const data = value['data'] ?? {};
  const isKnown = typeof type === 'number' && Number.isInteger(type) && type >= 0;
  if (!isKnown || type > LAST_TYPE || !isFields(data)) return undefined;
  if (typeof timestamp !== 'number' || !(timestamp > 0 && timestamp < Infinity)) return undefined;
  const event = { ...value, type, timestamp, data };
  return isPlayable(event) ? event : undefined;
}

/** Parts that are still packed are texts where lists are expected; the Replayer throws on those. */
function isPlayable({ type, data }: RrwebEvent): boolean {
  if (type === TYPE.full) return isFields(data['node']);
  if (type === TYPE.meta) {
    return numberOf(data['width']) !== undefined && numberOf(data['height']) !== undefined;
  }
  if (type !== TYPE.incremental) return true;
  if (data['source'] === SOURCE.mutation) {
    return ['texts', 'attributes', 'removes', 'adds'].every((part) => Array.isArray(data[part]));
  }
  if (data['source'] === SOURCE.styleSheetRule) {
    return [data['adds'], data['removes']].every(
      (part) => (part ?? undefined) === undefined || Array.isArray(part),
    );
  }
  const isMove = data['source'] === SOURCE.mouseMove || data['source'] === SOURCE.touchMove;
  return !isMove || Array.isArray(data['positions']);
}

export const isActive = ({ type, data }: RrwebEvent): boolean =>
  type === TYPE.incremental && ACTIVE.has(data['source']);

/** The address that an event tells of: of a page load (Meta), or of a change without one. */
export function hrefOf({ type, data }: RrwebEvent): string | undefined {
  if (type === TYPE.meta) return textOf(data['href']) || undefined;
  if (type !== TYPE.custom) return undefined;
  const { tag, payload } = data;
  if (tag !== '$pageview' && tag !== '$url_changed') return undefined;
  return (isFields(payload) && textOf(payload['href'])) || undefined;
}
