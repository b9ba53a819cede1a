// How many events an environment may send per second, so that one that runs wild does not starve the others. Nothing is
// to be lost by it that can still be sent: whoever is refused comes again (every SDK does so on 503), and whoever was
// refused twice is taken. posthog-node 5.70 gives up after four attempts within 9 s whatever it is told,
// posthog-python after four, posthog-js 1.434 after eleven.
import { BURST_MS, Debt } from '#kernel/rate-limit';

/** 60 s: how far ahead those are taken who cannot come again. */
const PRESSING_MS = 60_000;
/** 50 s: what a single huge request owes beyond is forgiven, as the others wait for it. */
const MAX_REQUEST_MS = PRESSING_MS - BURST_MS;
const MAX_DEBT_MS = PRESSING_MS + MAX_REQUEST_MS;
const REFUSALS_BEFORE_TAKEN = 2;
/** Refused requests that are remembered, by environment. */
const MAX_REFUSED = 10_000;

export type LimitedRequest = {
  readonly environmentId: number;
  /** What is allowed; 0: any number. */
  readonly eventsPerSecond: number;
  /** What the request has in common with its repetition; asked only when there is a reason to. */
  readonly name: () => string;
  /** Its sender cannot send it again: a beacon of a page that is being left. */
  readonly isLastChance: boolean;
};

type State = {
  readonly debt: Debt;
  /** Name → how often it was refused, the longest known first. */
  readonly refused: Map<string, number>;
};

export class EventLimit {
  readonly #states = new Map<number, State>();

  /** Whole seconds after which it shall come again; 0 when it is taken: {@link count} what is in it. */
  take(request: LimitedRequest, nowMs: number): number {
    const { environmentId, eventsPerSecond, name, isLastChance } = request;
    if (eventsPerSecond === 0) return 0;
    const state = this.#stateOf(environmentId);
    const { debt, refused } = state;
    const owedMs = debt.ofMs(nowMs, MAX_DEBT_MS);
    const hasRoom = owedMs < BURST_MS;
    const refusals = hasRoom && refused.size === 0 ? 0 : (refused.get(name()) ?? 0);
    const isPressing = isLastChance || refusals >= REFUSALS_BEFORE_TAKEN;
    if (hasRoom || (isPressing && owedMs < PRESSING_MS)) {
      if (refusals > 0) refused.delete(name());
      return 0;
    }
    if (!isLastChance) remember(refused, name(), refusals + 1);
    return Math.max(1, Math.ceil((owedMs - BURST_MS) / 1000));
  }

  /** Counts the events of a request that was taken. */
  count(
    { environmentId, eventsPerSecond }: Pick<LimitedRequest, 'environmentId' | 'eventsPerSecond'>,
    eventCount: number,
    nowMs: number,
  ): void {
    if (eventsPerSecond === 0) return;
    const workMs = Math.min((eventCount * 1000) / eventsPerSecond, MAX_REQUEST_MS);
    this.#stateOf(environmentId).debt.add(workMs, nowMs, MAX_DEBT_MS);
  }

  #stateOf(environmentId: number): State {
    let state = this.#states.get(environmentId);
    if (state === undefined) {
      state = { debt: new Debt(), refused: new Map() };
      this.#states.set(environmentId, state);
    }
    return state;
  }
}

function remember(refused: Map<string, number>, name: string, refusals: number): void {
  refused.set(name, refusals);
  const oldest = refused.keys().next();
  if (refused.size > MAX_REFUSED && !oldest.done) refused.delete(oldest.value);
}
