// posthog-python as installed by pip: remote and local flags, events, people.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, inject, test } from 'vitest';
import {
  createFlag,
  errorArrived,
  namedEventsArrived,
  peopleWith,
  twoVariants,
  unique,
} from '../management.ts';
import { missingForPython, pythonWithSdks } from './venv.ts';

const SCENARIO = fileURLToPath(new URL('./scenario.py', import.meta.url));

type Seen = {
  version: string;
  remote: Record<string, unknown> & { all: Record<string, unknown> };
  local: Record<string, unknown> & { shares: unknown[] };
  problems: string[];
};

test('remote flags, local flags, events and people', async ({ annotate }) => {
  const missing = missingForPython();
  if (missing !== undefined) {
    await annotate(`posthog-python is NOT PROVEN on this machine: ${missing}`, 'warning');
    console.warn(`posthog-python was not run: ${missing}.`);
    return;
  }
  const serin = inject('serin');
  const python = pythonWithSdks();
  const person = unique('python-person');
  const keys = {
    pro: unique('python-pro'),
    variant: unique('python-variant'),
    share: unique('python-share'),
    remote_config: unique('python-config'),
    switch: unique('python-switch'),
  };
  await createFlag(serin, { key: keys.pro, filters: peopleWith('plan', 'pro') });
  await createFlag(serin, { key: keys.variant, filters: twoVariants(100) });
  await createFlag(serin, {
    key: keys.share,
    filters: { groups: [{ properties: [], rollout_percentage: 30 }] },
  });
  await createFlag(serin, {
    key: keys.remote_config,
    is_remote_configuration: true,
    filters: { groups: [{ rollout_percentage: 100 }], payloads: { true: '{"banner":"Hi"}' } },
  });

  await createFlag(serin, { key: keys.switch });

  const { stdout } = await promisify(execFile)(python, [
    SCENARIO,
    JSON.stringify({
      url: serin.url,
      token: serin.projectToken,
      personal_api_key: serin.personalApiKey,
      person,
      keys,
    }),
  ]);
  const seen = JSON.parse(stdout) as Seen;

  expect(seen.problems).toEqual([]);
  expect(seen.version).toBe('7.53.0');
  expect(seen.remote).toMatchObject({
    boolean: true,
    without_property: false,
    variant: 'test',
    payload: { hex: '#00ff00' },
    snapshot: 'test',
    all: { [keys.pro]: true, [keys.variant]: 'test' },
  });
  expect(seen.local).toMatchObject({
    boolean: true,
    variant: 'test',
    remote_config: '{"banner":"Hi"}',
  });
  expect(seen.local['definitions']).toBe(5);
  expect(seen.local['definitions_after_polls']).toBe(seen.local['definitions']);
  expect(seen.local['switched_off_after_ms']).toBeGreaterThanOrEqual(0);
  expect(seen.local.shares).toEqual(await sharesFromServer(keys.share));

  const events = await namedEventsArrived(serin, person, [
    'python purchase',
    '$set',
    '$create_alias',
    '$exception',
    '$feature_flag_called',
  ]);
  expect(events['python purchase']).toMatchObject({
    amount: 7,
    $lib: 'posthog-python',
    [`$feature/${keys.variant}`]: 'test',
  });
  expect(events['$create_alias']).toMatchObject({ alias: `${person}-alias` });
  const { issue, event, exceptions, people } = await errorArrived(
    serin,
    'no price in python',
    keys.variant,
  );
  expect(issue).toMatchObject({
    name: 'ValueError',
    place: expect.stringMatching(/^price_of in .*scenario/),
    library: 'posthog-python',
    aggregations: { occurrences: 1, users: 1 },
  });
  expect(event).toMatchObject({ distinct_id: person });
  expect(exceptions).toMatchObject([
    { type: 'ValueError', message: 'no price in python', handled: true },
    { type: 'KeyError' },
  ]);
  expect(exceptions[0]?.frames[0]).toMatchObject({
    function: 'price_of',
    in_app: true,
    source: { line: expect.stringContaining('raise ValueError') },
  });
  // Its exception says nothing of flags: it counts by what its person was told.
  expect(people).toMatchObject([{ variant: 'test', affected: 1 }]);
});

/** What the server says for the same people as the scenario asks locally. */
async function sharesFromServer(key: string): Promise<unknown[]> {
  const serin = inject('serin');
  const values: unknown[] = [];
  for (let i = 0; i < 200; i += 1) {
    const answer = await fetch(`${serin.url}/flags/?v=2`, {
      method: 'POST',
      body: JSON.stringify({ token: serin.projectToken, distinct_id: `parity-${i}` }),
    });
    const body = (await answer.json()) as { flags: Record<string, { enabled: boolean }> };
    values.push(body.flags[key]?.enabled);
  }
  return values;
}
