// The libraries that evaluate the same flag, each set up as its documentation says and asked through its
// public call. What they are asked with is made ahead: building it is not theirs to pay for.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GrowthBookClient } from '@growthbook/growthbook';
import { FlagdCore } from '@openfeature/flagd-core';
import { PostHog } from 'posthog-node';
import { compileFlag, evaluateFlag } from 'serin/flags/evaluate';
import { InMemStorageProvider, startUnleash } from 'unleash-client';

const FLAG = 'new-checkout';

export type Person = { readonly id: string; readonly plan: 'pro' | 'free' };

/** A library under test. `evaluate` answers for all people once and returns how many got the flag. */
export type Contender = {
  readonly name: string;
  evaluate(): number | Promise<number>;
  close(): Promise<void> | void;
};

export function serin(people: readonly Person[]): Contender {
  const flag = compileFlag(
    {
      id: 1,
      key: FLAG,
      name: '',
      active: true,
      filters: {
        groups: [
          {
            properties: [{ key: 'plan', type: 'person', operator: 'exact', value: 'pro' }],
            rollout_percentage: 50,
          },
        ],
      },
      version: 1,
      evaluationRuntime: 'all',
      evaluationContexts: [],
      bucketingIdentifier: 'distinct_id',
      ensureExperienceContinuity: false,
      hasExperiment: false,
      isRemoteConfiguration: false,
      valueType: null,
      valueSource: null,
    },
    { compileRegex: () => undefined },
  );
  const subjects = people.map(({ id, plan }) => ({ distinctId: id, personProperties: { plan } }));
  const context = { nowMs: Date.now() };
  return {
    name: 'Serin',
    evaluate() {
      let count = 0;
      for (const subject of subjects) {
        if (evaluateFlag(flag, subject, context).enabled) count += 1;
      }
      return count;
    },
    close() {},
  };
}

export function flagd(people: readonly Person[]): Contender {
  const core = new FlagdCore();
  core.setConfigurations(
    JSON.stringify({
      flags: {
        [FLAG]: {
          state: 'ENABLED',
          variants: { on: true, off: false },
          defaultVariant: 'off',
          targeting: {
            if: [
              { '==': [{ var: 'plan' }, 'pro'] },
              {
                fractional: [
                  ['on', 50],
                  ['off', 50],
                ],
              },
              'off',
            ],
          },
        },
      },
    }),
  );
  const contexts = people.map(({ id, plan }) => ({ targetingKey: id, plan }));
  return {
    name: '@openfeature/flagd-core',
    evaluate() {
      let count = 0;
      for (const context of contexts) {
        if (core.resolveBooleanEvaluation(FLAG, false, context).value) count += 1;
      }
      return count;
    },
    close() {},
  };
}

export function growthbook(people: readonly Person[]): Contender {
  const client = new GrowthBookClient().initSync({
    payload: {
      features: {
        [FLAG]: {
          defaultValue: false,
          rules: [{ condition: { plan: 'pro' }, force: true, coverage: 0.5, hashAttribute: 'id' }],
        },
      },
    },
  });
  const contexts = people.map(({ id, plan }) => ({ attributes: { id, plan } }));
  return {
    name: '@growthbook/growthbook',
    evaluate() {
      let count = 0;
      for (const context of contexts) if (client.isOn(FLAG, context)) count += 1;
      return count;
    },
    close: () => client.destroy(),
  };
}

export async function unleash(people: readonly Person[], url: string): Promise<Contender> {
  const client = await startUnleash({
    appName: 'bench',
    url,
    refreshInterval: 60_000,
    disableMetrics: true,
    storageProvider: new InMemStorageProvider(),
  });
  const contexts = people.map(({ id, plan }) => ({ userId: id, properties: { plan } }));
  return {
    name: 'unleash-client',
    evaluate() {
      let count = 0;
      for (const context of contexts) if (client.isEnabled(FLAG, context)) count += 1;
      return count;
    },
    close: () => client.destroy(),
  };
}

/** Its local evaluation is asynchronous: awaiting each answer is part of what a caller pays. */
export async function posthogNode(people: readonly Person[], host: string): Promise<Contender> {
  const client = new PostHog('phc_bench', {
    host,
    personalApiKey: 'phx_bench',
    disableGeoip: true,
  });
  await client.reloadFeatureFlags();
  const options = people.map(({ plan }) => ({
    personProperties: { plan },
    onlyEvaluateLocally: true,
  }));
  return {
    name: 'posthog-node (local evaluation)',
    async evaluate() {
      let count = 0;
      for (const [i, { id }] of people.entries()) {
        const flags = await client.evaluateFlags(id, options[i]);
        if (flags.isEnabled(FLAG, { sendFeatureFlagEvents: false })) count += 1;
      }
      return count;
    },
    close: () => client.shutdown(),
  };
}

/** Where the clients that must fetch their flags once fetch them from. */
export async function startDefinitions(): Promise<{ url: string; close(): void }> {
  const server = createServer((request, response) => {
    const isUnleash = request.url?.includes('client/features') ?? false;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(isUnleash ? UNLEASH_FEATURES : POSTHOG_DEFINITIONS));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

const UNLEASH_FEATURES = {
  version: 2,
  features: [
    {
      name: FLAG,
      enabled: true,
      strategies: [
        {
          name: 'flexibleRollout',
          parameters: { rollout: '50', stickiness: 'userId', groupId: FLAG },
          constraints: [{ contextName: 'plan', operator: 'IN', values: ['pro'] }],
        },
      ],
    },
  ],
};

const POSTHOG_DEFINITIONS = {
  flags: [
    {
      id: 1,
      team_id: 1,
      name: '',
      key: FLAG,
      active: true,
      deleted: false,
      version: 1,
      ensure_experience_continuity: false,
      filters: {
        groups: [
          {
            properties: [{ key: 'plan', type: 'person', operator: 'exact', value: 'pro' }],
            rollout_percentage: 50,
          },
        ],
      },
    },
  ],
  group_type_mapping: {},
  cohorts: {},
};
