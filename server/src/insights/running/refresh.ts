// When a kept answer will do, by the names that PostHog's API has for it.

export const REFRESH_MODES = [
  'blocking',
  'async',
  'lazy_async',
  'async_except_on_cache_miss',
  'force_blocking',
  'force_async',
  'force_cache',
] as const;
export type Refresh = (typeof REFRESH_MODES)[number];

/** Of the answer that is kept: none, one that may be wrong by now (recent or not), one that is right. */
export type Freshness = 'none' | 'old' | 'recent' | 'right';

/** What is done: give what is kept, say that nothing is, compute and wait, or compute in the background. */
export type Way = 'kept' | 'miss' | 'wait' | 'start';

export function wayOf(mode: Refresh, freshness: Freshness): Way {
  switch (mode) {
    case 'force_cache':
      return freshness === 'none' ? 'miss' : 'kept';
    case 'force_blocking':
      return 'wait';
    case 'force_async':
      return 'start';
    case 'blocking':
      return freshness === 'right' ? 'kept' : 'wait';
    case 'async':
      return freshness === 'right' ? 'kept' : 'start';
    case 'lazy_async':
      return freshness === 'right' || freshness === 'recent' ? 'kept' : 'start';
    case 'async_except_on_cache_miss':
      if (freshness === 'none') return 'wait';
      return freshness === 'right' ? 'kept' : 'start';
  }
}
