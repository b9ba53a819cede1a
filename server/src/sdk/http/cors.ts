// Cross-origin headers of every SDK answer. SDKs run on other people's origins and sendBeacon carries
// credentials, so the origin is mirrored rather than starred (posthog-js 1.434, docs of fetch §3.2).

/** The request headers that decide. */
export type CorsRequest = {
  readonly origin: string | undefined;
  readonly requestedHeaders: string | undefined;
};

/** A browser asks a pre-flight question again after a day. */
const PREFLIGHT_MAX_AGE_SECONDS = 86_400;

/** Headers that an answer carries so that a page on any origin may read it. */
export function corsHeaders(request: CorsRequest): Record<string, string> {
  if (request.origin === undefined) {
    return { 'access-control-allow-origin': '*', vary: 'Origin' };
  }
  return {
    'access-control-allow-origin': request.origin,
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': 'Retry-After, ETag',
    vary: 'Origin',
  };
}

/** What a pre-flight answer carries in addition. */
export function preflightHeaders(request: CorsRequest): Record<string, string> {
  return {
    'access-control-allow-methods': 'GET, POST, OPTIONS, HEAD',
    'access-control-allow-headers': request.requestedHeaders ?? 'Content-Type, Authorization',
    'access-control-max-age': String(PREFLIGHT_MAX_AGE_SECONDS),
  };
}
