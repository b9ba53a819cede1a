// How much of one OTLP request is kept. A resource stands once in a request and in every event that is made of it, so
// that a small request could become gigabytes.
import type { Attributes } from './otlp-values.ts';

/** Why something is left unread. */
export type Unread = 'too-many' | 'too-large';

/** Collectors send 8192 at once (`send_batch_size` of their batch processor). */
const MAX_ITEMS = 10_000;
const MAX_RESOURCE_CHARS = 64 * 1024;
/** All events of a request together, with what their resources add to each. */
const MAX_CHARS = 50 * 1024 * 1024;

/** Reads the items of one resource, as long as the request stays within its bounds. */
export type ReadWithin = <T extends { readonly resource: Attributes }, No extends string>(
  read: () => T | No,
) => T | No | Unread;

/** Bounds of one request: asked once for each of its resources. */
export function boundsOfRequest(): (resource: Attributes) => ReadWithin {
  let items = 0;
  let chars = 0;
  return (resource) => {
    const resourceChars = JSON.stringify(resource).length;
    return (read) => {
      items += 1;
      if (items > MAX_ITEMS) return 'too-many';
      if (resourceChars > MAX_RESOURCE_CHARS) return 'too-large';
      const item = read();
      if (typeof item === 'string') return item;
      const { resource: _measured, ...own } = item;
      chars += resourceChars + JSON.stringify(own).length;
      return chars > MAX_CHARS ? 'too-many' : item;
    };
  };
}
