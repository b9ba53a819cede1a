// Many simulated shoppers at once, many of them returning, at a steady pace that slows down by itself
// when the shop or the machine is slow.
import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from './seeded.ts';
import { newShopper, visitShop } from './visit.ts';
import type { SimulatedShopper, VisitEnd } from './visit.ts';

export type CrowdOptions = {
  readonly shopUrl: string;
  /** The same seed makes the same shoppers. */
  readonly seed: number;
  /** Visits that begin in a second, when the machine can. */
  readonly visitsPerSecond: number;
  /** Visits under way at the same time, at most. */
  readonly width: number;
  /** 0 to 1: this share of the visits is by someone who was here before. */
  readonly returningShare: number;
};

export type CrowdCounts = Readonly<Record<VisitEnd | 'people' | 'unanswered', number>>;

/** Lets shoppers in from the moment it is made until {@link Crowd.stop}. */
export class Crowd {
  readonly #options: CrowdOptions;
  readonly #random: () => number;
  readonly #agent: Agent;
  readonly #counts = { people: 0, looked: 0, ordered: 0, failed: 0, unanswered: 0 };
  /** Everyone who has been here and is not in the shop right now. */
  readonly #away: SimulatedShopper[] = [];
  readonly #inside = new Set<Promise<void>>();
  readonly #door: Promise<void>;
  #isOpen = true;
  #isEnded = false;
  #visitsPerSecond: number;

  constructor(options: CrowdOptions) {
    this.#options = options;
    this.#random = seededRandom(options.seed);
    this.#agent = new Agent({ keepAlive: true, maxSockets: options.width });
    this.#visitsPerSecond = options.visitsPerSecond;
    this.#door = this.#keepLettingIn();
  }

  counts(): CrowdCounts {
    return { ...this.#counts };
  }

  /** Slower or faster from now on. */
  setPace(visitsPerSecond: number): void {
    this.#visitsPerSecond = visitsPerSecond;
  }

  /** Lets nobody in until {@link Crowd.resume}; resolves when everyone has left. */
  async pause(): Promise<void> {
    this.#isOpen = false;
    await Promise.all(this.#inside);
  }

  resume(): void {
    this.#isOpen = true;
  }

  /** Ends; resolves when everyone has left. */
  async stop(): Promise<void> {
    this.#isEnded = true;
    await this.#door;
    await Promise.all(this.#inside);
    this.#agent.destroy();
  }

  async #keepLettingIn(): Promise<void> {
    let nextAt = performance.now();
    while (!this.#isEnded) {
      if (this.#isOpen && this.#inside.size < this.#options.width) {
        const guest = this.#visit().finally(() => this.#inside.delete(guest));
        this.#inside.add(guest);
      }
      // A machine that fell behind is not made to catch up.
      nextAt = Math.max(nextAt + 1000 / this.#visitsPerSecond, performance.now() - 100);
      await sleep(Math.max(0, nextAt - performance.now()));
    }
  }

  async #visit(): Promise<void> {
    const shopper = this.#nextShopper();
    try {
      const end = await visitShop(this.#options.shopUrl, this.#agent, shopper, this.#random);
      this.#counts[end] += 1;
    } catch {
      this.#counts.unanswered += 1;
    }
    this.#away.push(shopper);
  }

  #nextShopper(): SimulatedShopper {
    const { seed, returningShare } = this.#options;
    if (this.#away.length > 0 && this.#random() < returningShare) {
      const [back] = this.#away.splice(Math.floor(this.#random() * this.#away.length), 1);
      if (back) return back;
    }
    this.#counts.people += 1;
    return newShopper(this.#counts.people, seed);
  }
}
