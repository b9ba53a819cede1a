// One decoder for every body that a PostHog SDK sends (and the pixel's `?data=`): any compression, any
// wrapping, JSON in the end. It decides by the bytes, since posthog-js sends gzip as `text/plain` and
// says so nowhere. Decompression is handed in, so that limits and order can be tested on their own.
import { fail } from '#kernel/errors';
import { parseJson } from './lenient-json.ts';

/** A request as far as decoding needs it. */
export type RawRequest = {
  readonly body: Uint8Array | undefined;
  readonly contentType?: string | undefined;
  readonly contentEncoding?: string | undefined;
  readonly query: Readonly<Record<string, unknown>>;
};

/** Largest sizes that are accepted, in bytes. */
export type DecodeLimits = { readonly bodyBytes: number; readonly inflatedBytes: number };

const MIB = 1024 * 1024;

/** Per route, as PostHog's capture service has them; inflated at most 10 times that and 50 MiB. */
export const LIMITS = {
  event: { bodyBytes: 2 * MIB, inflatedBytes: 20 * MIB },
  batch: { bodyBytes: 20 * MIB, inflatedBytes: 50 * MIB },
  /** `/s/` and `/i/v1/…`. */
  large: { bodyBytes: 25 * MIB, inflatedBytes: 50 * MIB },
  /** Collectors send thousands of records at once, 20 MiB at most (`max_request_body_size` of their receivers). */
  otlp: { bodyBytes: 20 * MIB, inflatedBytes: 20 * MIB },
  // A request for flags is some kilobytes; what it holds is compared by every condition.
  flags: { bodyBytes: MIB, inflatedBytes: MIB },
} as const satisfies Record<string, DecodeLimits>;

/** lz-string can grow quadratically; 16 KiB of it cannot exceed about 32 MiB. */
const MAX_LZ_CHARS = 16 * 1024;

export type Encoding = 'gzip' | 'deflate' | 'br' | 'zstd';

/** What the decoder cannot do by itself; see `codecs.client.ts`. */
export interface Codecs {
  /**
   * @throws payload_too_large as soon as more than `maxBytes` come out
   * @throws invalid_payload when the data is damaged
   */
  inflate(
    bytes: Uint8Array,
    encoding: Encoding,
    maxBytes: number,
  ): Uint8Array | Promise<Uint8Array>;
  fromBase64(text: string): Uint8Array;
  /** lz-string's base64 form; null when it is not that. */
  fromLzBase64(text: string): string | null;
  /** Reads JSON; without it, texts in it become such as the stores can hold. @throws invalid_payload */
  readonly parse?: (text: string) => unknown;
}

const ENCODINGS: Readonly<Record<string, Encoding>> = {
  gzip: 'gzip',
  'x-gzip': 'gzip',
  deflate: 'deflate',
  br: 'br',
  zstd: 'zstd',
};
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;
const utf8 = new TextDecoder();

/**
 * The JSON value that a request carries.
 * @throws invalid_payload | payload_too_large | unsupported_content_type, each naming what is wrong
 */
export async function decodeBody(
  request: RawRequest,
  limits: DecodeLimits,
  codecs: Codecs,
): Promise<unknown> {
  const { body } = request;
  if (body && body.byteLength > limits.bodyBytes) {
    fail('payload_too_large', {
      detail: `The body has ${body.byteLength} bytes; at most ${limits.bodyBytes} are accepted here.`,
    });
  }
  const hint = text(request.query['compression']);
  if (!body || body.byteLength === 0) {
    const data = text(request.query['data']);
    if (!data) fail('invalid_payload', { detail: 'The body is empty.' });
    return decodeField(data, hint, limits, codecs);
  }
  const { parse = parseJson } = codecs;
  const plain = await inflateBody(body, request.contentEncoding, limits, codecs);
  const content = utf8.decode(plain);
  if (startsAsJson(content)) return parse(content);
  if (isForm(content, request.contentType)) {
    const form = new URLSearchParams(content);
    const data = form.get('data');
    if (!data) {
      fail('invalid_payload', { detail: 'The form has no field "data".', attr: 'data' });
    }
    return decodeField(data, form.get('compression') ?? hint, limits, codecs);
  }
  return decodeText(content, hint, limits, codecs);
}

/**
 * The body as it was before its content encodings.
 * @throws as {@link decodeBody}
 */
export async function inflateBody(
  body: Uint8Array,
  contentEncoding: string | undefined,
  limits: DecodeLimits,
  codecs: Codecs,
): Promise<Uint8Array> {
  let bytes = body;
  for (const name of (contentEncoding ?? '').toLowerCase().split(',').toReversed()) {
    const trimmed = name.trim();
    if (trimmed === '' || trimmed === 'identity') continue;
    const encoding = ENCODINGS[trimmed];
    if (!encoding) {
      fail('unsupported_content_type', {
        detail: `The content encoding "${trimmed}" is not known; use gzip, deflate, br or zstd.`,
        attr: 'content-encoding',
      });
    }
    // A proxy may have unpacked the body and left the header.
    if (encoding === 'gzip' && !isGzip(bytes)) continue;
    bytes = await codecs.inflate(bytes, encoding, limits.inflatedBytes);
  }
  return isGzip(bytes) ? codecs.inflate(bytes, 'gzip', limits.inflatedBytes) : bytes;
}

/** A `data` field; clients that do not percent-encode the `+` of base64 leave spaces behind. */
function decodeField(
  data: string,
  hint: string | undefined,
  limits: DecodeLimits,
  codecs: Codecs,
): Promise<unknown> {
  return decodeText(startsAsJson(data) ? data : data.replaceAll(' ', '+'), hint, limits, codecs);
}

async function decodeText(
  content: string,
  hint: string | undefined,
  limits: DecodeLimits,
  codecs: Codecs,
): Promise<unknown> {
  const { parse = parseJson } = codecs;
  if (startsAsJson(content)) return parse(content);
  if (hint === 'lz64' || hint === 'lz-string') return parse(decodeLz(content, codecs));
  // Apart, since a pattern that allows white space at two places takes quadratic time.
  const compact = content.replaceAll(/\s+/g, '');
  if (!BASE64.test(compact)) return parse(content);
  const bytes = codecs.fromBase64(compact);
  const plain = isGzip(bytes) ? await codecs.inflate(bytes, 'gzip', limits.inflatedBytes) : bytes;
  const decoded = utf8.decode(plain);
  if (startsAsJson(decoded)) return parse(decoded);
  // Neither: say what is wrong with the text as it came, unless it was announced as base64.
  return parse(hint === 'base64' || hint === 'b64' ? decoded : content);
}

function decodeLz(content: string, codecs: Codecs): string {
  if (content.length > MAX_LZ_CHARS) {
    fail('payload_too_large', {
      detail: `lz-string data is accepted up to ${MAX_LZ_CHARS} characters; use gzip.`,
    });
  }
  const decoded = codecs.fromLzBase64(content);
  if (!decoded) fail('invalid_payload', { detail: 'The lz-string data is damaged.' });
  return decoded;
}

function isForm(content: string, contentType: string | undefined): boolean {
  return (
    content.startsWith('data=') ||
    (contentType?.toLowerCase().startsWith('application/x-www-form-urlencoded') ?? false)
  );
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function startsAsJson(content: string): boolean {
  const first = content.trimStart()[0];
  return first === '{' || first === '[';
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
