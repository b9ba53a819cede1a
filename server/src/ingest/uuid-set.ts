// Which events were accepted lately, exactly: a set of (environment, uuid) that forgets the oldest when it
// is full, and knows since when it is complete. Sixteen bytes a uuid in flat tables, since there are
// millions; a JavaScript Set of texts would take six times that.

/** Environment and four words of uuid. An environment is never 0, which marks a free slot. */
const SLOT_WORDS = 5;
const GENERATIONS = 4;
const FIRST_SLOTS = 1024;
const MAX_LOAD = 0.7;

const HEX = new Int8Array(128).fill(-1);
for (let digit = 0; digit < 16; digit += 1) HEX[digit.toString(16).charCodeAt(0)] = digit;

export type UuidSetOptions = {
  /** Entries kept in all; about 30 bytes each. */
  readonly maxEntries: number;
  /** Random: keeps clients from choosing uuids that collide. */
  readonly seed: number;
  /** Everything accepted since this moment will be added, milliseconds since the epoch. */
  readonly completeSinceMs: number;
};

export class RecentUuids {
  readonly #maxPerGeneration: number;
  readonly #seed: number;
  readonly #generations: Generation[];
  readonly #key = new Uint32Array(SLOT_WORDS);

  constructor(options: UuidSetOptions) {
    this.#maxPerGeneration = Math.ceil(options.maxEntries / GENERATIONS);
    this.#seed = options.seed;
    this.#generations = [new Generation(options.completeSinceMs)];
  }

  /** Every event accepted since then is known here, milliseconds since the epoch. */
  get completeSinceMs(): number {
    return this.#generations[0]?.sinceMs ?? Infinity;
  }

  /** Adds an event received at `receivedMs` (never decreasing); false when it was there already. */
  add(environmentId: number, uuid: string, receivedMs: number): boolean {
    const hash = this.#read(environmentId, uuid);
    for (const generation of this.#generations) {
      if (generation.has(this.#key, hash)) return false;
    }
    let newest = this.#generations.at(-1);
    if (!newest || newest.count >= this.#maxPerGeneration) {
      // Others of the same moment may be in the older generation, which goes first.
      newest = new Generation(receivedMs + 1);
      this.#generations.push(newest);
      if (this.#generations.length > GENERATIONS) this.#generations.shift();
    }
    newest.add(this.#key, hash);
    return true;
  }

  /** Fills the key with the words of the uuid and returns its hash. */
  #read(environmentId: number, uuid: string): number {
    const key = this.#key;
    key[0] = environmentId;
    let at = 0;
    let hash = (this.#seed ^ environmentId) >>> 0;
    for (let word = 1; word < SLOT_WORDS; word += 1) {
      let bits = 0;
      for (let digits = 0; digits < 8; at += 1) {
        const digit = HEX[uuid.charCodeAt(at)] ?? -1;
        if (digit < 0) continue;
        bits = (bits << 4) | digit;
        digits += 1;
      }
      key[word] = bits;
      hash = Math.imul(hash ^ bits, 0x85ebca6b);
      hash ^= hash >>> 13;
      hash = Math.imul(hash, 0xc2b2ae35);
      hash ^= hash >>> 16;
    }
    return hash >>> 0;
  }
}

/** An open-addressing table that grows. */
class Generation {
  readonly sinceMs: number;
  count = 0;
  #slots = FIRST_SLOTS;
  #words = new Uint32Array(FIRST_SLOTS * SLOT_WORDS);
  #hashes = new Uint32Array(FIRST_SLOTS);

  constructor(sinceMs: number) {
    this.sinceMs = sinceMs;
  }

  has(key: Uint32Array, hash: number): boolean {
    const slot = this.#find(key, hash);
    return this.#words[slot * SLOT_WORDS] !== 0;
  }

  add(key: Uint32Array, hash: number): void {
    if (this.count + 1 > this.#slots * MAX_LOAD) this.#grow();
    const slot = this.#find(key, hash);
    this.#words.set(key, slot * SLOT_WORDS);
    this.#hashes[slot] = hash;
    this.count += 1;
  }

  /** The key's slot, or the free one where it belongs. */
  #find(key: Uint32Array, hash: number): number {
    const words = this.#words;
    let slot = hash & (this.#slots - 1);
    for (;;) {
      const at = slot * SLOT_WORDS;
      if (words[at] === 0) return slot;
      if (
        words[at] === key[0] &&
        words[at + 1] === key[1] &&
        words[at + 2] === key[2] &&
        words[at + 3] === key[3] &&
        words[at + 4] === key[4]
      ) {
        return slot;
      }
      slot = (slot + 1) & (this.#slots - 1);
    }
  }

  #grow(): void {
    const oldWords = this.#words;
    const oldHashes = this.#hashes;
    const oldSlots = this.#slots;
    this.#slots *= 2;
    this.#words = new Uint32Array(this.#slots * SLOT_WORDS);
    this.#hashes = new Uint32Array(this.#slots);
    for (let slot = 0; slot < oldSlots; slot += 1) {
      const at = slot * SLOT_WORDS;
      if (oldWords[at] === 0) continue;
      const key = oldWords.subarray(at, at + SLOT_WORDS);
      const hash = oldHashes[slot] ?? 0;
      const to = this.#find(key, hash);
      this.#words.set(key, to * SLOT_WORDS);
      this.#hashes[to] = hash;
    }
  }
}
