// Who has sent recordings to a project that there is: bodies are unpacked before their token is known, so that whoever
// floods with tokens of none must not take the room of those who do not.

/** An hour. */
const PROVEN_MS = 3_600_000;
const MAX_SENDERS = 100_000;
/** A network of IPv6 has so many of its groups, and as many addresses as one likes. */
const NETWORK_GROUPS = 4;

export class ProvenSenders {
  /** When each was proven last, in this order. */
  readonly #provenMs = new Map<string, number>();

  has(address: string, nowMs: number): boolean {
    const provenMs = this.#provenMs.get(networkOf(address));
    return provenMs !== undefined && nowMs - provenMs < PROVEN_MS;
  }

  add(address: string, nowMs: number): void {
    const network = networkOf(address);
    // Maps keep the order of insertion.
    this.#provenMs.delete(network);
    this.#provenMs.set(network, nowMs);
    const [oldest] = this.#provenMs.keys();
    if (this.#provenMs.size > MAX_SENDERS && oldest !== undefined) this.#provenMs.delete(oldest);
  }
}

/** Near enough: addresses of which zeros are left out may share a network with more, or less. */
const networkOf = (address: string): string =>
  address.includes('.') ? address : address.split(':').slice(0, NETWORK_GROUPS).join(':');
