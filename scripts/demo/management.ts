// The demo's use of Serin's public API, with a personal API key, as a script of yours would do it.
import type {
  RolloutEventWire,
  RolloutWire,
} from '../../server/src/rollouts/rollout-body.contract.ts';
import type { PlanInput } from '../../server/src/rollouts/plan/plan.contract.ts';

export type Management = {
  /** Creates a flag that is on for nobody; returns its id. */
  createFlag(key: string, name: string): Promise<number>;
  /** Gives the flag to nobody. */
  emptyFlag(id: number): Promise<void>;
  /** Offers a feature to people who choose for themselves, with a new flag named after it. */
  offerEarlyAccess(feature: EarlyAccess): Promise<void>;
  startRollout(plan: PlanInput): Promise<RolloutWire>;
  rollout(id: string): Promise<RolloutWire>;
  /** Decisions so far, oldest first. */
  decisions(id: string): Promise<RolloutEventWire[]>;
  countEvents(event: string): Promise<number>;
};

type EarlyAccess = {
  readonly name: string;
  readonly description: string;
  /** http or https. */
  readonly documentationUrl: string;
};

const FOR_NOBODY = { groups: [{ properties: [], rollout_percentage: 0 }] };
const PROJECT = '/api/projects/@current';

/** Speaks to Serin at `url` as the owner of `apiKey`. */
export function openManagement(url: string, apiKey: string): Management {
  const ask = askerOf(url, apiKey);
  type Page<T> = { results: T[] };
  return {
    async createFlag(key, name) {
      const flag = await ask<{ id: number }>('POST', '/feature_flags/', {
        key,
        name,
        active: true,
        filters: FOR_NOBODY,
      });
      return flag.id;
    },
    async emptyFlag(id) {
      await ask('PATCH', `/feature_flags/${id}/`, { filters: FOR_NOBODY });
    },
    async offerEarlyAccess({ name, description, documentationUrl }) {
      await ask('POST', '/early_access_feature/', {
        name,
        description,
        stage: 'beta',
        documentation_url: documentationUrl,
      });
    },
    async startRollout(plan) {
      const { id } = await ask<RolloutWire>('POST', '/rollouts/', plan);
      return ask('POST', `/rollouts/${id}/start/`, {});
    },
    rollout: (id) => ask('GET', `/rollouts/${id}/`),
    async decisions(id) {
      const page = await ask<Page<RolloutEventWire>>('GET', `/rollouts/${id}/events/?limit=200`);
      return page.results.toReversed();
    },
    async countEvents(event) {
      const page = await ask<Page<unknown>>(
        'GET',
        `/events/?event=${encodeURIComponent(event)}&limit=100`,
      );
      return page.results.length;
    },
  };
}

/** Calls the API: JSON there and back. @throws when it refuses */
function askerOf(url: string, apiKey: string) {
  return async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await fetch(`${url}${PROJECT}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${apiKey}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return JSON.parse(text) as T;
  };
}
