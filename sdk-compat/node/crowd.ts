// People who use a product behind flags, through one unmodified posthog-node that evaluates by itself: each asks
// for the flag and then does what the story says of those who have the change and of those who do not.
import { setTimeout as sleep } from 'node:timers/promises';
import { PostHog } from 'posthog-node';
import type { RunningSerin } from '../server.ts';

/** What a person does after the flag was asked for. */
export type Deed = {
  readonly event: string;
  readonly properties?: Readonly<Record<string, unknown>>;
};

export type Habits = {
  readonly flag: string;
  /** In a second. */
  readonly newcomers: number;
  /** In a second, people who were here before. */
  readonly returning?: number;
  /** `visit` counts from 0, so that a story is the same each time. Null: not even the flag is reported. */
  readonly does: (hasChange: boolean, visit: number) => readonly Deed[] | null;
};

type Story = { habits: Habits; readonly known: string[]; visits: number; owed: number };

/** Short enough for people to come evenly, long enough for a busy machine. */
const BEAT_MS = 250;
const LOOKS: Deed = { event: '$pageview' };
/** The golden ratio spreads those who are back evenly among the others. */
const GOLDEN = 0.618;

/** Lets people in from the moment it is made until {@link Crowd.stop}. */
export class Crowd {
  readonly #client: PostHog;
  readonly #stories = new Map<string, Story>();
  readonly #beats: Promise<void>;
  #isEnded = false;

  constructor({ url, projectToken, personalApiKey }: RunningSerin) {
    this.#client = new PostHog(projectToken, {
      host: url,
      personalApiKey,
      featureFlagsPollingInterval: BEAT_MS,
      flushAt: 200,
      flushInterval: BEAT_MS,
    });
    this.#beats = this.#keepBeating();
  }

  /** From now on these people come, instead of those of the same flag so far. */
  let(habits: Habits): void {
    const story = this.#stories.get(habits.flag);
    if (story) story.habits = habits;
    else this.#stories.set(habits.flag, { habits, known: [], visits: 0, owed: 0 });
  }

  /** What was done at another time, by somebody who is not one of them. */
  recall(distinctId: string, deed: Deed, at: Date): void {
    this.#client.capture({ distinctId, ...deed, timestamp: at });
  }

  async stop(): Promise<void> {
    this.#isEnded = true;
    await this.#beats;
    await this.#client.shutdown();
  }

  async #keepBeating(): Promise<void> {
    let lastMs = performance.now();
    while (!this.#isEnded) {
      await sleep(BEAT_MS);
      const nowMs = performance.now();
      // A machine that fell behind is not made to catch up.
      const seconds = Math.min(nowMs - lastMs, 2 * BEAT_MS) / 1000;
      lastMs = nowMs;
      await Promise.all([...this.#stories.values()].map((story) => this.#pass(story, seconds)));
    }
  }

  async #pass(story: Story, seconds: number): Promise<void> {
    const { newcomers, returning = 0 } = story.habits;
    const share = returning / Math.max(1, newcomers + returning);
    story.owed += seconds * (newcomers + returning);
    for (; story.owed >= 1; story.owed -= 1) {
      const visit = story.visits;
      story.visits += 1;
      const isBack = (visit * GOLDEN) % 1 < share;
      const back = isBack ? story.known[visit % story.known.length] : undefined;
      const person = back ?? `${story.habits.flag}-${story.known.length}`;
      if (back === undefined) story.known.push(person);
      await this.#visit(story.habits, person, visit);
    }
  }

  async #visit({ flag, does }: Habits, person: string, visit: number): Promise<void> {
    const flags = await this.#client.evaluateFlags(person, { flagKeys: [flag] });
    const deeds = does(flags.isEnabled(flag, { sendFeatureFlagEvents: false }), visit);
    if (deeds === null) return;
    // Reports what the person got, unless the SDK has done so before.
    flags.isEnabled(flag);
    for (const { event, properties = {} } of [LOOKS, ...deeds]) {
      this.#client.capture({ distinctId: person, event, properties, flags });
    }
  }
}
