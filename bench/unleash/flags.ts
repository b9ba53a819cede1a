// The same 100 flags for Serin and for Unleash: of every ten, five are for people with a property and half of them, three
// for half of everybody, one for everybody, one has two variants. So nine of ten need a hash.
import type { RunningSerin } from '../../sdk-compat/server.ts';
import { createFlag } from '../../sdk-compat/management.ts';
import type { Unleash } from './server.ts';

export const FLAG_COUNT = 100;

type Kind = 'targeted' | 'half' | 'everyone' | 'variants';
const KINDS: readonly Kind[] = [
  ...Array.from({ length: 5 }, () => 'targeted' as const),
  ...Array.from({ length: 3 }, () => 'half' as const),
  'everyone',
  'variants',
];
const flags = Array.from({ length: FLAG_COUNT }, (_, i) => ({
  key: `bench-flag-${i}`,
  kind: KINDS[i % KINDS.length] as Kind,
}));

/** Creates them in Serin. */
export async function createSerinFlags(serin: RunningSerin): Promise<void> {
  for (const { key, kind } of flags) await createFlag(serin, { key, filters: filtersOf(kind) });
}

function filtersOf(kind: Kind): object {
  const plan = { key: 'plan', value: ['growth', 'scale'], type: 'person', operator: 'exact' };
  const properties = kind === 'targeted' ? [plan] : [];
  const share = kind === 'targeted' || kind === 'half' ? 50 : 100;
  const variants = ['blue', 'green'].map((key) => ({ key, rollout_percentage: 50 }));
  return {
    groups: [{ properties, rollout_percentage: share }],
    ...(kind === 'variants' ? { multivariate: { variants } } : {}),
  };
}

/** Creates the same in Unleash's development environment, switched on. */
export async function createUnleashFlags(unleash: Unleash): Promise<void> {
  const ask = async (path: string, body?: object): Promise<void> => {
    const answer = await fetch(`${unleash.url}/api/admin/projects/default/features${path}`, {
      method: 'POST',
      headers: { authorization: unleash.adminToken, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`Unleash: ${answer.status} ${await answer.text()}`);
  };
  for (const { key, kind } of flags) {
    await ask('', { name: key, type: 'release' });
    await ask(`/${key}/environments/development/strategies`, strategyOf(key, kind));
    await ask(`/${key}/environments/development/on`);
  }
}

function strategyOf(key: string, kind: Kind): object {
  const constraint = { contextName: 'plan', operator: 'IN', values: ['growth', 'scale'] };
  const rollout = kind === 'targeted' || kind === 'half' ? '50' : '100';
  const variant = (name: string) => ({
    name,
    weight: 500,
    weightType: 'variable',
    stickiness: 'userId',
  });
  return {
    name: 'flexibleRollout',
    parameters: { rollout, stickiness: 'userId', groupId: key },
    constraints: kind === 'targeted' ? [constraint] : [],
    ...(kind === 'variants' ? { variants: [variant('blue'), variant('green')] } : {}),
  };
}
