// 5,000 flags in three environments: what they cost in memory, and how long one change among them takes, against the
// same change in the same Serin while it has one flag.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Flag, callApi, changeFlag, createFlag } from '../sdk-compat/management.ts';
import { type Credentials, newCredentials } from '../sdk-compat/server.ts';
import { now } from './delivery/clock.ts';
import type { Held } from './delivery/memory.ts';
import { type InspectedSerin, startInspectedSerin } from './delivery/processes.ts';
import { median } from './statistics.ts';

const FLAG_COUNT = 5000;
const AT_ONCE = 8;
const CHANGES = 30;

/** Runs the benchmark and prints its table. */
export async function run(): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'serin-bench-'));
  const credentials = newCredentials();
  try {
    const [few, flag] = await withSerin(dataDir, credentials, async (serin) => {
      const made = await createFlag(serin, { key: 'changed' });
      const measured = await measure(serin, made);
      await createMany(serin);
      return [measured, made] as const;
    });
    // Started anew, as creating them leaves traces.
    const many = await withSerin(dataDir, credentials, (serin) => measure(serin, flag));
    report(few, many);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function withSerin<T>(
  dataDir: string,
  credentials: Credentials,
  use: (serin: InspectedSerin) => Promise<T>,
): Promise<T> {
  const serin = await startInspectedSerin({ dataDir, credentials });
  try {
    return await use(serin);
  } finally {
    await serin.stop();
  }
}

async function createMany(serin: InspectedSerin): Promise<void> {
  let made = 0;
  const work = async (): Promise<void> => {
    while (made < FLAG_COUNT - 1) {
      const i = (made += 1);
      await createFlag(serin, { key: `bench-flag-${i}`, filters: filtersOf(i) });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  // Beside production and development: a third with the targeting of the first.
  const third = { key: 'third', name: 'Third', copy_from: 'production', switches: 'copied' };
  await callApi(serin, 'POST', 'environments/', third);
}

/** Every third for people with a property, every second half way out. */
function filtersOf(i: number): object {
  const plan = { key: 'plan', value: ['growth', 'scale'], type: 'person', operator: 'exact' };
  const properties = i % 3 === 0 ? [plan] : [];
  return { groups: [{ properties, rollout_percentage: i % 2 === 0 ? 50 : 100 }] };
}

type Measured = {
  readonly held: Held;
  /** Milliseconds: medians over the changes. */
  readonly acknowledgedMs: number;
  readonly servedMs: number;
};

async function measure(serin: InspectedSerin, flag: Flag): Promise<Measured> {
  const acknowledged: number[] = [];
  const served: number[] = [];
  for (let i = 0; i < CHANGES; i += 1) {
    const value = i % 2 === 0;
    const startedAt = now();
    await changeFlag(serin, flag, { active: value });
    acknowledged.push(now() - startedAt);
    while ((await valueOf(serin, flag.key)) !== value) continue;
    served.push(now() - startedAt);
  }
  return {
    held: await serin.held(),
    acknowledgedMs: median(acknowledged),
    servedMs: median(served),
  };
}

async function valueOf({ url, projectToken }: InspectedSerin, key: string): Promise<boolean> {
  const answer = await fetch(`${url}/flags/?v=2`, {
    method: 'POST',
    body: JSON.stringify({
      token: projectToken,
      distinct_id: 'somebody',
      flag_keys_to_evaluate: [key],
    }),
  });
  const { flags } = (await answer.json()) as { flags: Record<string, { enabled: boolean }> };
  return flags[key]?.enabled ?? false;
}

function report(few: Measured, many: Measured): void {
  console.log(`One flag, and ${FLAG_COUNT} flags in three environments`);
  const row = (name: string, of: (measured: Measured) => number, unit: string): void => {
    const [one, all] = [of(few), of(many)];
    const ratio = `ratio ${(all / one).toFixed(2)}`;
    console.log(`  ${name.padEnd(32)}${one.toFixed(1)} → ${all.toFixed(1)} ${unit}, ${ratio}`);
  };
  const mib = 1024 * 1024;
  row('heap', ({ held }) => held.heap / mib, 'MiB');
  row("all that is the process's own", ({ held }) => held.all / mib, 'MiB');
  row('a change, until acknowledged', ({ acknowledgedMs }) => acknowledgedMs, 'ms');
  row('a change, until served', ({ servedMs }) => servedMs, 'ms');
}

if (import.meta.main) await run();
