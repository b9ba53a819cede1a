// What a request's headers say about the form of the answer: known already (ETag), compressed (gzip).

/**
 * True when an If-None-Match header names `etag` (weak comparison, RFC 9110 §8.8.3.2) in a list, weak or
 * strong, or is `*`.
 */
export function matchesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  const wanted = opaquePart(etag);
  return ifNoneMatch
    .split(',')
    .map((candidate) => candidate.trim())
    .some((candidate) => candidate === '*' || opaquePart(candidate) === wanted);
}

function opaquePart(etag: string): string {
  return etag.startsWith('W/') ? etag.slice(2) : etag;
}

/** True when an Accept-Encoding header takes gzip: named, and not with weight 0 (RFC 9110 §12.5.3). */
export function acceptsGzip(acceptEncoding: string | string[] | undefined): boolean {
  const header = Array.isArray(acceptEncoding) ? acceptEncoding.join(',') : (acceptEncoding ?? '');
  return header.split(',').some((part) => {
    const [name = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
    return name === 'gzip' && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  });
}
