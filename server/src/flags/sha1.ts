// SHA-1 of short texts, as far as bucketing needs it: the first 60 bits. Own code because calling the
// crypto module costs more than the rest of an evaluation (480 ns against 200 ns, Node 24), and because
// this also runs in browsers. Not for secrets: SHA-1 is chosen by the SDKs' protocol.

/** The longest text, in bytes, that fits one block beside its padding and length. */
const ONE_BLOCK_BYTES = 55;
const BLOCK_BYTES = 64;

// Scratch space: evaluation is synchronous, so one set of buffers serves every call.
const words = new Int32Array(80);
const state = new Int32Array(5);
const encoder = new TextEncoder();

/** Texts that are hashed before an id. They are turned into words once. */
export type HashPrefix = {
  readonly text: string;
  /** Bytes of `text`, or -1 when it is not short ASCII. */
  readonly length: number;
  readonly words: Int32Array;
};

/** Prepares what is hashed in front of every id, such as `<flag key>.`. */
export function hashPrefix(text: string): HashPrefix {
  words.fill(0);
  const length = text.length <= ONE_BLOCK_BYTES ? appendAscii(text, 0) : -1;
  return { text, length, words: words.slice(0, 16) };
}

/**
 * The first 60 bits of SHA-1 over the UTF-8 bytes of prefix + id + salt, as a binary64 number from 0 to
 * 2^60, rounded once (the value that parsing 15 hexadecimal digits gives).
 */
export function sha1First60Bits(prefix: HashPrefix, id: string, salt: string): number {
  if (!fillOneBlock(prefix, id, salt)) return hashBlocks(prefix.text + id + salt);
  resetState();
  compress();
  return first60Bits();
}

function fillOneBlock(prefix: HashPrefix, id: string, salt: string): boolean {
  const length = prefix.length + id.length + salt.length;
  if (prefix.length < 0 || length > ONE_BLOCK_BYTES) return false;
  words.set(prefix.words);
  let at = appendAscii(id, prefix.length);
  if (at < 0) return false;
  if (salt !== '') at = appendAscii(salt, at);
  if (at < 0) return false;
  words[at >> 2] = (words[at >> 2] as number) | (0x80 << (24 - ((at & 3) << 3)));
  words[15] = length << 3;
  return true;
}

/** Writes the characters from byte `at` on; returns the next free byte, or -1 for non-ASCII text. */
function appendAscii(text: string, at: number): number {
  let index = at >> 2;
  let shift = 24 - ((at & 3) << 3);
  let word = words[index] as number;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code > 127) return -1;
    word |= code << shift;
    if (shift === 0) {
      words[index] = word;
      index += 1;
      word = 0;
      shift = 24;
    } else {
      shift -= 8;
    }
  }
  words[index] = word;
  return at + text.length;
}

/** The general way: any length, any characters. */
function hashBlocks(text: string): number {
  const bytes = encoder.encode(text);
  const blockCount = Math.ceil((bytes.length + 9) / BLOCK_BYTES);
  const padded = new Uint8Array(blockCount * BLOCK_BYTES);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(bytes.length / 0x20000000));
  view.setUint32(padded.length - 4, (bytes.length << 3) >>> 0);
  resetState();
  for (let block = 0; block < blockCount; block += 1) {
    for (let i = 0; i < 16; i += 1) words[i] = view.getInt32(block * BLOCK_BYTES + i * 4);
    compress();
  }
  return first60Bits();
}

/** FIPS 180-4, section 5.3.1. */
function resetState(): void {
  state[0] = 0x67452301;
  state[1] = 0xefcdab89;
  state[2] = 0x98badcfe;
  state[3] = 0x10325476;
  state[4] = 0xc3d2e1f0;
}

/** Step 1 of {@link compress}: one of the 64 words that follow those of the block. */
function nextWord(i: number): number {
  const mixed = words[i - 3]! ^ words[i - 8]! ^ words[i - 14]! ^ words[i - 16]!;
  const word = (mixed << 1) | (mixed >>> 31);
  words[i] = word;
  return word;
}

/**
 * One block: FIPS 180-4, section 6.1.2. Four loops, because choosing the function in every round costs
 * a third more; words are made where they are used, because the processor then overlaps both.
 */
function compress(): void {
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  let e = state[4]!;
  for (let i = 16; i < 20; i += 1) nextWord(i);
  for (let i = 0; i < 20; i += 1) {
    const t = (((a << 5) | (a >>> 27)) + (d ^ (b & (c ^ d))) + e + 0x5a827999 + words[i]!) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = t;
  }
  for (let i = 20; i < 40; i += 1) {
    const t = (((a << 5) | (a >>> 27)) + (b ^ c ^ d) + e + 0x6ed9eba1 + nextWord(i)) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = t;
  }
  for (let i = 40; i < 60; i += 1) {
    const t =
      (((a << 5) | (a >>> 27)) + ((b & c) | (d & (b | c))) + e + 0x8f1bbcdc + nextWord(i)) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = t;
  }
  for (let i = 60; i < 80; i += 1) {
    const t = (((a << 5) | (a >>> 27)) + (b ^ c ^ d) + e + 0xca62c1d6 + nextWord(i)) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = t;
  }
  state[0]! += a;
  state[1]! += b;
  state[2]! += c;
  state[3]! += d;
  state[4]! += e;
}

/** 32 bits and 28 bits: both exact in binary64, so the sum is rounded exactly once. */
function first60Bits(): number {
  return (state[0]! >>> 0) * 0x10000000 + (state[1]! >>> 4);
}
