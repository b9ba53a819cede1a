// Offset pages as PostHog's API has them: `{count, next, previous, results}` with relative-safe URLs.

export type PageAt = { readonly count: number; readonly limit: number; readonly offset: number };

/** The address of the next page: the request's own, with the cursor. */
export function nextCursorUrl(url: string, cursor: string): string {
  return withParams(url, { cursor });
}

/** A page with links that repeat the request's own query. */
export function pageOf<T>(url: string, at: PageAt, results: T[]) {
  const link = (offset: number): string =>
    withParams(url, { limit: String(at.limit), offset: String(offset) });
  return {
    count: at.count,
    next: at.offset + results.length < at.count ? link(at.offset + at.limit) : null,
    previous: at.offset > 0 ? link(Math.max(0, at.offset - at.limit)) : null,
    results,
  };
}

function withParams(url: string, changed: Readonly<Record<string, string>>): string {
  const [path = '/', query = ''] = url.split('?', 2);
  const params = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changed)) params.set(name, value);
  return `${path}?${params.toString()}`;
}
