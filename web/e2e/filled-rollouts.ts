// Rollouts in the states that a page can show them in, without waiting for people to pass.
import { type App, api } from './app.ts';

const ERRORS = { id: 'errors', kind: 'exception_users', allow_no_baseline: true };
const NOBODY = { groups: [{ properties: [], rollout_percentage: 0 }] };
export const stagesOf = (...percents: number[]) =>
  percents.map((percent) => ({ name: `${percent} %`, percent }));

type Made = { readonly id: string; readonly version: number };
type Command = readonly [name: string, body?: object];

/** Makes a flag and its rollout, and gives it commands. */
export async function rollout(
  app: App,
  key: string,
  plan: object,
  ...commands: readonly Command[]
): Promise<string> {
  await api(app, 'POST', '/feature_flags/', { key, filters: NOBODY });
  let made = await api<Made>(app, 'POST', '/rollouts/', {
    flag_key: key,
    stages: stagesOf(20, 100),
    guardrails: [ERRORS],
    ...plan,
  });
  for (const [name, body] of commands) {
    const whole = { expected_version: made.version, ...body };
    made = await api<Made>(app, 'POST', `/rollouts/${made.id}/${name}/`, whole);
  }
  return made.id;
}

/** Resolves with the paths of their pages, and of an incident. */
export async function fillRollouts(app: App): Promise<readonly string[]> {
  const start: Command = ['start'];
  const promote: Command = ['promote', { reason: 'It was tried elsewhere' }];
  const back: Command = ['rollback', { reason: 'A complaint' }];
  const [first, last] = stagesOf(20, 100);
  const feedback = { channel: '#search', question: 'How do you like it?' };
  const destructive = {
    stages: [first, { ...last, point_of_no_return: true }],
    rollback_impact: 'D',
    rollback_note: 'The old tables are dropped; restore them from the backup of the night.',
    policy: { banner: { flag_key: 'banner-text', text: 'Some of it is gone.' }, lock_flag: false },
  };
  await api(app, 'POST', '/feature_flags/', { key: 'banner-text', filters: NOBODY });
  const ids = [
    await rollout(app, 'search', { stages: [{ ...first, feedback }, last] }, start),
    await rollout(app, 'new-tables', destructive),
    await rollout(app, 'later', {}, ['start', { start_at: '2029-03-25T08:00:00Z' }]),
    await rollout(app, 'paused', {}, start, ['pause', { reason: 'Looking at the logs' }]),
    await rollout(app, 'done', { stages: stagesOf(100) }, start, promote),
    await rollout(app, 'given-up', {}, start, ['cancel']),
    await rollout(app, 'faster', {}, start, back),
  ];
  type Found = { results: { id: string }[] };
  const { results } = await api<Found>(app, 'GET', `/incidents/?rollout_id=${ids.at(-1)}`);
  return [...ids.map((id) => `/rollouts/${id}`), ...results.map(({ id }) => `/incidents/${id}`)];
}
