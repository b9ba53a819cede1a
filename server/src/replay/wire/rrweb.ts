// The events of rrweb as the recorder of posthog-js sends them (rrweb 2, `packages/types`). Everything in them is
// said by the page, so nothing is believed before it was looked at.
import type { JsonObject, JsonValue } from '#kernel/json';

/** An rrweb event whose type and time are sound; `data` is not looked at yet. */
export type RrwebEvent = {
  readonly type: number;
  /** Milliseconds since the epoch, by the clock of the page. */
  readonly timestamp: number;
  readonly data: JsonValue;
};

export const EVENT = {
  fullSnapshot: 2,
  incremental: 3,
  meta: 4,
  custom: 5,
  plugin: 6,
} as const;
export const LAST_EVENT_TYPE = EVENT.plugin;

/** `data.source` of an incremental event. */
export const SOURCE = {
  mutation: 0,
  mouseMove: 1,
  mouseInteraction: 2,
  scroll: 3,
  viewportResize: 4,
  input: 5,
  touchMove: 6,
  media: 7,
  styleSheetRule: 8,
  canvas: 9,
  font: 10,
  /** The console, before it became a plugin. */
  log: 11,
  drag: 12,
  styleDeclaration: 13,
  adoptedStyleSheet: 15,
} as const;
export const LAST_SOURCE = 16;

/** `data.type` of a mouse interaction. */
export const MOUSE = { click: 2, contextMenu: 3, doubleClick: 4, touchEnd: 9 } as const;

export const PLUGIN = { console: 'rrweb/console@1', network: 'rrweb/network@1' } as const;

/** `type` of a serialized node. */
export const NODE = { element: 2, text: 3, cdata: 4, comment: 5 } as const;

/** The fields of `data`; none for an event that has no object there. */
export function fieldsOf(event: RrwebEvent): JsonObject {
  const { data } = event;
  return typeof data === 'object' && data !== null && !Array.isArray(data)
    ? (data as JsonObject)
    : {};
}

/** What a plugin event carries, when it is of that plugin. */
export function payloadOf(event: RrwebEvent, plugin: string): JsonObject | undefined {
  const { plugin: name, payload } = fieldsOf(event);
  if (event.type !== EVENT.plugin || name !== plugin) return undefined;
  return typeof payload === 'object' && payload !== null && !Array.isArray(payload)
    ? (payload as JsonObject)
    : undefined;
}
