// Somebody who keeps moving a rollout, and remembers which moves were answered.
import { setTimeout as sleep } from 'node:timers/promises';
import { type Address, callApi, createFlag } from '../../../sdk-compat/management.ts';

const PAUSE_MS = 10;
const PERCENTS = [5, 20, 50, 80] as const;

type Standing = {
  readonly state: string;
  readonly stage_index: number;
  readonly version: number;
  readonly flag_id: number;
};
type Event = { readonly type: string; readonly reasons: readonly string[] };

/** Moves of which programs are told. */
const TOLD = new Set([
  'started',
  'stage_applied',
  'jumped',
  'held',
  'resumed',
  'rollback_started',
  'rollback_stuck',
  'rolled_back',
]);

export class RolloutMoves {
  readonly #id: string;
  /** Reasons of the moves that were answered with 200. */
  readonly #answered = new Set<string>();
  #moves = 0;

  private constructor(id: string) {
    this.#id = id;
  }

  /** A rollout that nothing but these moves moves. */
  static async start(serin: Address): Promise<RolloutMoves> {
    const nobody = { groups: [{ properties: [], rollout_percentage: 0 }] };
    await createFlag(serin, { key: 'moving', filters: nobody });
    const { id } = await callApi<{ id: string }>(serin, 'POST', 'rollouts/', {
      flag_key: 'moving',
      stages: PERCENTS.map((percent) => ({
        name: `${percent} %`,
        percent,
        min_bake_seconds: 86_400,
      })),
      guardrails: [{ id: 'errors', kind: 'exception_users', allow_no_baseline: true }],
      policy: { settle_seconds: 1, no_data_after_seconds: 86_400 },
    });
    await callApi(serin, 'POST', `rollouts/${id}/start/`, {});
    return new RolloutMoves(id);
  }

  /** Jumps, pauses and resumes until `isOver`. */
  async run(serin: Address, isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      try {
        await this.#move(serin);
      } catch (error) {
        // Refused because the controller was faster: look again. Not answered: the server is gone.
        if (!String(error).includes(' answered ')) return;
      }
      await sleep(PAUSE_MS);
    }
  }

  async #move(serin: Address): Promise<void> {
    const { state, stage_index: at, version } = await this.#standing(serin);
    this.#moves += 1;
    const reason = `move ${this.#moves}`;
    const pause = this.#moves % 3 === 0 ? 'pause' : 'jump';
    const name = state === 'holding' ? 'resume' : pause;
    await callApi(serin, 'POST', `rollouts/${this.#id}/${name}/`, {
      expected_version: version,
      reason,
      ...(name === 'jump' ? { stage_index: (at + 1) % PERCENTS.length } : {}),
    });
    this.#answered.add(reason);
  }

  #standing(serin: Address): Promise<Standing> {
    return callApi<Standing>(serin, 'GET', `rollouts/${this.#id}/`);
  }

  /** Every move once, as far as it was answered, the flag where the last has put it. */
  async check(serin: Address): Promise<{ lost: string[]; doubled: string[]; isInStep: boolean }> {
    const before = await this.#standing(serin);
    const events = await this.#events(serin);
    const reasons = events
      .flatMap((event) => event.reasons)
      .filter((one) => one.startsWith('move'));
    const { filters } = await callApi<{
      filters: { groups: { rollout_percentage: number }[] };
    }>(serin, 'GET', `feature_flags/${before.flag_id}/`);
    const { version, stage_index: at } = await this.#standing(serin);
    // It has moved by itself while it was read: what was read does not belong together.
    if (version !== before.version) return this.check(serin);
    return {
      lost: [...this.#answered].filter((reason) => !reasons.includes(reason)),
      doubled: reasons.filter((reason, index) => reasons.indexOf(reason) !== index),
      isInStep: version === events.length && filters.groups[0]?.rollout_percentage === PERCENTS[at],
    };
  }

  /** Takes it back and waits until that is done. @returns of how many moves people are to be told */
  async finish(serin: Address): Promise<number> {
    await callApi(serin, 'POST', `rollouts/${this.#id}/rollback/`, { reason: 'over' });
    while ((await this.#standing(serin)).state !== 'rolled_back') await sleep(100);
    const events = await this.#events(serin);
    return events.filter(({ type }) => TOLD.has(type)).length;
  }

  async #events(serin: Address): Promise<Event[]> {
    const events: Event[] = [];
    for (;;) {
      const path = `rollouts/${this.#id}/events/?limit=500&offset=${events.length}`;
      const page = await callApi<{ count: number; results: Event[] }>(serin, 'GET', path);
      events.push(...page.results);
      if (events.length >= page.count || page.results.length === 0) return events;
    }
  }
}
