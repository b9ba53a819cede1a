// Recorded addresses in words. They come from strangers: shown as text, and linked only where they are plain web
// addresses.

/** Path and query of a web address, anything else as it is. */
export function shortUrl(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !isWeb(parsed)) return url;
  return `${parsed.pathname}${parsed.search}${parsed.hash}`;
}

/** The address where it may be linked to, else undefined (`javascript:` and the like). */
export function linkable(url: string): string | undefined {
  return URL.canParse(url) && isWeb(new URL(url)) ? url : undefined;
}

const isWeb = ({ protocol }: URL): boolean => protocol === 'https:' || protocol === 'http:';
