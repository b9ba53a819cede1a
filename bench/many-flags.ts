// 5,000 flags in three environments: what they cost in memory, and how long one change among them takes, against the
// same change in another Serin with one flag, in turns.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callApi, changeFlag, createFlag } from '../sdk-compat/management.ts';
import {
  type RunningSerin,
  type StartOptions,
  newCredentials,
  startSerin,
} from '../sdk-compat/server.ts';
import { now } from './delivery/clock.ts';
import type { Held } from './delivery/memory.ts';
import { type InspectedSerin, startInspectedSerin } from './delivery/processes.ts';
import { median } from './statistics.ts';

const FLAG_COUNT = 5000;
const AT_ONCE = 8;
const CHANGES = 40;

/** Runs the benchmark and prints its table. */
export async function run(): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'serin-bench-'));
  const credentials = newCredentials();
  try {
    await fill({ dataDir, credentials });
    // Started anew, as creating them leaves traces.
    await compare({ dataDir, credentials });
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function fill(options: StartOptions): Promise<void> {
  const serin = await startSerin(options);
  try {
    await createMany(serin);
  } finally {
    await serin.stop();
  }
}

async function compare(filled: StartOptions): Promise<void> {
  const few = await startInspectedSerin();
  try {
    const many = await startInspectedSerin(filled);
    try {
      report(...(await measure([few, many])));
    } finally {
      await many.stop();
    }
  } finally {
    await few.stop();
  }
}

async function createMany(serin: RunningSerin): Promise<void> {
  let made = 0;
  const work = async (): Promise<void> => {
    while (made < FLAG_COUNT) {
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

/** The same changes in both, in turns. */
async function measure(
  serins: readonly [InspectedSerin, InspectedSerin],
): Promise<[Measured, Measured]> {
  const changed = await Promise.all(
    serins.map(async (serin) => {
      const flag = await createFlag(serin, { key: 'changed' });
      return { serin, flag, acknowledged: [] as number[], served: [] as number[] };
    }),
  );
  for (let i = 0; i < CHANGES; i += 1) {
    for (const { serin, flag, acknowledged, served } of changed) {
      const active = i % 2 !== 0;
      const startedAt = now();
      await changeFlag(serin, flag, { active });
      acknowledged.push(now() - startedAt);
      while ((await valueOf(serin, flag.key)) !== active) continue;
      served.push(now() - startedAt);
    }
  }
  const [few, many] = await Promise.all(
    changed.map(async ({ serin, acknowledged, served }) => ({
      held: await serin.held(),
      acknowledgedMs: median(acknowledged),
      servedMs: median(served),
    })),
  );
  return [few!, many!];
}

async function valueOf({ url, projectToken }: RunningSerin, key: string): Promise<boolean> {
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
