// The decompressors behind the decoder: Node's zlib with a cap on what comes out, and lz-string.
import { promisify } from 'node:util';
import {
  brotliDecompress,
  brotliDecompressSync,
  gunzip,
  gunzipSync,
  inflate as unpackZlib,
  inflateRaw,
  inflateRawSync,
  inflateSync,
  zstdDecompress,
  zstdDecompressSync,
} from 'node:zlib';
import lzString from 'lz-string';
import { fail } from '#kernel/errors';
import type { Codecs, Encoding } from './decode.ts';

/** 8 KiB: at deflate's limit of 1032:1 such a body blocks the event loop for some 10 ms at most, while
 * a trip through the thread pool costs every small body more than its unpacking. */
const MAX_SYNC_BYTES = 8 * 1024;

/** Unpacked at a time: more would only hold more unpacked bytes in memory, up to 50 MiB each. */
const MAX_UNPACKING = 4;
/** Bodies that wait for their turn. */
const MAX_WAITING = 200;

type Options = { readonly maxOutputLength: number };
type Unpacker = {
  readonly sync: (bytes: Uint8Array, options: Options) => Uint8Array;
  readonly async: (bytes: Uint8Array, options: Options) => Promise<Uint8Array>;
};

const UNPACKERS: Readonly<Record<Encoding | 'raw', Unpacker>> = {
  gzip: { sync: gunzipSync, async: promisify<Uint8Array, Options, Uint8Array>(gunzip) },
  deflate: { sync: inflateSync, async: promisify<Uint8Array, Options, Uint8Array>(unpackZlib) },
  raw: { sync: inflateRawSync, async: promisify<Uint8Array, Options, Uint8Array>(inflateRaw) },
  br: {
    sync: brotliDecompressSync,
    async: promisify<Uint8Array, Options, Uint8Array>(brotliDecompress),
  },
  zstd: {
    sync: zstdDecompressSync,
    async: promisify<Uint8Array, Options, Uint8Array>(zstdDecompress),
  },
};

function inflate(
  bytes: Uint8Array,
  encoding: Encoding,
  maxBytes: number,
): Uint8Array | Promise<Uint8Array> {
  // "deflate" means zlib's format, but some clients send the bare stream.
  const isBare = encoding === 'deflate' && ((bytes[0] ?? 0) & 0x0f) !== 8;
  const unpacker = UNPACKERS[isBare ? 'raw' : encoding];
  const options = { maxOutputLength: maxBytes };
  const refuse = (error: unknown): never => {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') {
      fail('payload_too_large', {
        detail: `The body unpacks to more than ${maxBytes} bytes.`,
        cause: error,
      });
    }
    fail('invalid_payload', {
      detail: `The ${encoding} data is damaged or ends early.`,
      cause: error,
    });
  };
  if (bytes.byteLength > MAX_SYNC_BYTES) {
    return inTurn(() => unpacker.async(bytes, options).catch(refuse));
  }
  try {
    return unpacker.sync(bytes, options);
  } catch (error) {
    return refuse(error);
  }
}

let unpacking = 0;
const waiting: (() => void)[] = [];

/** @throws unavailable when too many wait already */
async function inTurn<T>(unpack: () => Promise<T>): Promise<T> {
  if (unpacking < MAX_UNPACKING) {
    unpacking += 1;
  } else {
    if (waiting.length >= MAX_WAITING) {
      const detail = 'Too many large requests at once; send it again.';
      fail('unavailable', { detail, retryAfterSeconds: 2 });
    }
    await new Promise<void>((resolve) => waiting.push(resolve));
  }
  try {
    return await unpack();
  } finally {
    // The next one takes over the place.
    const next = waiting.shift();
    if (next) next();
    else unpacking -= 1;
  }
}

/** Real decompression for {@link decodeBody}. */
export const codecs: Codecs = {
  inflate,
  fromBase64: (text) => Buffer.from(text, 'base64'),
  fromLzBase64: (text) => lzString.decompressFromBase64(text),
};
