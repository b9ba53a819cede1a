// What the search part of an address says, as far as pages can use it.

/** As the router has read it. */
export type Search = Record<string, unknown>;
/**
 * What is not usable becomes undefined, which also hides what the address itself says. The router reads
 * digits as a number and `true` as a truth value, whatever the parser (router-core `qss.ts`).
 */
export const text = (value: unknown): string | undefined => {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
};
/** Only addresses of this app: `next` must not lead to another host. */
export const ownPath = (value: unknown): string | undefined =>
  text(value)?.match(/^\/(?![/\\])/) ? (value as string) : undefined;
