// Offset pages as PostHog's API has them: `{count, next, previous, results}` with relative-safe URLs.

export type PageAt = { readonly count: number; readonly limit: number; readonly offset: number };

/** A page with links that repeat the request's own query. */
export function pageOf<T>(url: string, at: PageAt, results: T[]) {
  const link = (offset: number): string => {
    const [path = '/', query = ''] = url.split('?', 2);
    const params = new URLSearchParams(query);
    params.set('limit', String(at.limit));
    params.set('offset', String(offset));
    return `${path}?${params.toString()}`;
  };
  return {
    count: at.count,
    next: at.offset + results.length < at.count ? link(at.offset + at.limit) : null,
    previous: at.offset > 0 ? link(Math.max(0, at.offset - at.limit)) : null,
    results,
  };
}
