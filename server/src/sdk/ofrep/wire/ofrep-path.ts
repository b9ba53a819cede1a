// Addresses of OFREP's two questions. Read by hand, because they are asked too often for a router.

const EVALUATE = '/ofrep/v1/evaluate/flags';

/** What an address asks for. */
export type OfrepQuestion = {
  /** The flag that is asked for; undefined: all flags. */
  readonly key: string | undefined;
  /** What follows the question mark; empty without one. */
  readonly query: string;
};

/**
 * Reads an address, with or without a slash at the end; undefined when it is none of OFREP's. A key may hold
 * anything: ofrep-provider 0.1.3 does not escape it.
 */
export function readOfrepPath(url: string): OfrepQuestion | undefined {
  if (!url.startsWith(EVALUATE)) return undefined;
  const mark = url.indexOf('?');
  const query = mark < 0 ? '' : url.slice(mark + 1);
  const rest = url.slice(EVALUATE.length, mark < 0 ? undefined : mark);
  if (rest === '' || rest === '/') return { key: undefined, query };
  if (!rest.startsWith('/')) return undefined;
  return { key: decoded(rest.endsWith('/') ? rest.slice(1, -1) : rest.slice(1)), query };
}

/** Percent signs that escape nothing are taken as they are: no flag has such a key anyway. */
function decoded(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}
