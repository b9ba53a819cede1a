// A project with something on every page, and the addresses of all of them.
import { eventually } from '../../sdk-compat/management.ts';
import { type App, api, capture } from './app.ts';
import { A_VISIT, sendRecording } from './recordings.ts';
import { fillRollouts } from './filled-rollouts.ts';

const FLAG = 'new-checkout';
const LONG_ID = 'a-visitor-with-a-rather-long-distinct-id-0193a7c2-77aa-7d10';
const VIEWS = { kind: 'EventsNode', event: '$pageview' };
const question = (kind: string, parts: object) =>
  encodeURIComponent(JSON.stringify({ kind, ...parts }));
const share = (percent: number) => ({
  groups: [{ properties: [], rollout_percentage: percent }],
});

/** Fills the project that the server was started with; resolves with the paths of its pages. */
export async function fillProject(app: App): Promise<readonly string[]> {
  await sendEvents(app);
  const cohort = await makeCohort(app);
  await makeFlags(app, cohort);
  const rollouts = await fillRollouts(app);
  const [draft, running] = await makeExperiments(app);
  const { token } = await api<{ token: string }>(app, 'POST', `/experiments/${running}/links/`, {});
  await makeChanges(app);
  await api(app, 'POST', '/holdouts/', { name: 'Quarter 4', exclusion_percentage: 5 });
  await api(app, 'POST', '/notification_channels/', {
    name: 'On call',
    config: { kind: 'webhook', url: 'https://example.com/hook' },
  });
  await api(app, 'POST', '/signal_sources/', { name: 'Alertmanager' });
  const insight = await saveInsight(app);
  const person = await findPerson(app);
  const error = await findError(app);
  await api(app, 'PATCH', '/recording_settings/', { enabled: true });
  const { id: recording } = await sendRecording(app, A_VISIT);
  const flag = `/feature-flags/${FLAG}`;
  const tabs = ['try', 'rollout', 'changes', 'history', 'usage', 'comments', 'use'];
  const settings = [
    'flags',
    'environments',
    'recordings',
    'people',
    'keys',
    'holdouts',
    'notifications',
    'signals',
  ];
  return [
    '/',
    '/feature-flags',
    '/feature-flags/new',
    '/feature-flags/unknown',
    flag,
    ...tabs.map((tab) => `${flag}?tab=${tab}`),
    '/feature-flags/banner',
    '/early-access',
    '/cohorts',
    '/cohorts/new',
    `/cohorts/${cohort}`,
    '/rollouts',
    '/rollouts/new?flag=banner',
    '/rollouts/templates',
    '/rollouts/dry-runs',
    ...rollouts,
    '/experiments',
    '/experiments/new',
    '/experiments/metrics',
    `/experiments/${draft}`,
    `/experiments/${draft}/edit`,
    `/experiments/${running}`,
    '/errors',
    `/errors?flag=${FLAG}`,
    `/errors/${error}`,
    `/shared/experiments/${token}`,
    '/incidents',
    '/changes',
    '/changes?tab=scheduled',
    '/changes/1',
    '/environments/compare?from=development&to=production',
    '/events',
    '/events/warnings',
    '/events/refused',
    '/events/definitions',
    '/events/definitions?show=properties',
    '/replay',
    `/replay/${recording}`,
    '/people',
    '/people/deletions',
    `/people/${person}`,
    '/people/groups/0',
    '/people/groups/0/acme',
    '/insights',
    '/insights/new',
    `/insights/new?flag=${FLAG}`,
    `/insights/new?q=${question('FunnelsQuery', { series: [VIEWS, VIEWS] })}`,
    `/insights/new?q=${question('RetentionQuery', { retentionFilter: {} })}`,
    `/insights/new?q=${question('HogQLQuery', { query: 'SELECT event FROM events WHERE {filters}' })}`,
    `/insights/new?q=${question('HogQLQuery', { query: 'SELECT count(' })}`,
    `/insights/${insight}`,
    '/audit-log',
    '/settings',
    ...settings.map((tab) => `/settings?tab=${tab}`),
    '/settings?tab=install',
    '/nowhere',
  ];
}

async function sendEvents(app: App): Promise<void> {
  await capture(app, '$pageview', LONG_ID);
  await capture(app, '$identify', 'ada', { $set: { email: 'ada@acme.com', plan: 'pro' } });
  const group = { $group_type: 'company', $group_key: 'acme', $group_set: { name: 'Acme' } };
  await capture(app, '$groupidentify', '$company_acme', group);
  await capture(app, '$pageview', 'ada', { $groups: { company: 'acme' } });
  const asked = { $lib: 'posthog-node' };
  const served = { ...asked, $feature_flag: FLAG, $feature_flag_response: true };
  await capture(app, '$feature_flag_called', 'ada', served);
  const inVain = { ...asked, $feature_flag: 'nobody-made-this' };
  await capture(app, '$feature_flag_called', 'ada', inVain);
  const frame = { filename: 'https://shop.example/cart.js', lineno: 18, colno: 46, in_app: true };
  const source = { pre_context: ['function total() {'], context_line: '  return price.gross;' };
  const frames = [
    { ...frame, function: 'dispatch', filename: 'https://cdn.example/react.js', in_app: false },
    { ...frame, function: 'total', ...source, post_context: ['}'] },
  ];
  await capture(app, '$exception', 'ada', {
    [`$feature/${FLAG}`]: true,
    $release: '1.4.0',
    $browser: 'Chrome',
    $exception_list: [
      { type: 'TypeError', value: 'price is undefined', stacktrace: { type: 'raw', frames } },
    ],
  });
}

async function makeCohort(app: App): Promise<number> {
  const pro = { key: 'plan', type: 'person', operator: 'exact', value: ['pro'] };
  const properties = { type: 'AND', values: [{ type: 'AND', values: [pro] }] };
  const { id } = await api<{ id: number }>(app, 'POST', '/cohorts/', {
    name: 'Paying',
    filters: { properties },
  });
  return id;
}

async function makeFlags(app: App, cohort: number): Promise<void> {
  const groups = [
    {
      properties: [
        { key: 'email', type: 'person', operator: 'icontains', value: '@acme.com' },
        { key: 'joined', type: 'person', operator: 'is_date_after', value: '-30d' },
        { key: 'seats', type: 'person', operator: 'between', value: [5, 50] },
      ],
      rollout_percentage: 25,
    },
    { properties: [{ key: 'id', type: 'cohort', value: cohort }], rollout_percentage: 100 },
  ];
  const tags = ['checkout', 'web'];
  await api(app, 'POST', '/feature_flags/', { key: FLAG, filters: { groups }, tags });
  await api(app, 'PATCH', `/feature_flags/${FLAG}/`, { name: 'One page', reason: 'Clearer' });
  await api(app, 'POST', `/feature_flags/${FLAG}/comments/`, { body: 'See https://example.com' });
  const forced = { distinct_ids: ['ada'], value: true };
  await api(app, 'PUT', `/feature_flags/${FLAG}/overrides/`, forced);
  const variants = [
    { key: 'control', rollout_percentage: 50 },
    { key: 'test', rollout_percentage: 50 },
  ];
  const multivariate = { ...share(50), multivariate: { variants }, payloads: { test: '{"a":1}' } };
  await api(app, 'POST', '/feature_flags/', { key: 'banner', filters: multivariate });
  await api(app, 'POST', '/feature_flags/', { key: 'old-banner', archived: true });
  await api(app, 'POST', '/early_access_feature/', { name: 'Night mode', description: 'Darker.' });
}

/** A draft, and one that runs with a person in it. */
async function makeExperiments(app: App): Promise<[draft: number, running: number]> {
  const buying = { metric_type: 'funnel', name: 'Buying', series: [VIEWS] };
  const errors = {
    ...buying,
    name: 'Errors',
    goal: 'decrease',
    guardrail: { threshold_kind: 'relative', threshold: 1 },
  };
  await api(app, 'POST', '/experiment_saved_metrics/', { name: 'Views', query: buying });
  const make = async (key: string) => {
    const { id } = await api<{ id: number }>(app, 'POST', '/experiments/', {
      name: `About ${key}`,
      description: 'More people find it.',
      feature_flag_key: key,
      metrics: [buying],
      metrics_secondary: [errors],
      parameters: { recommended_sample_size: 1000, recommended_running_time: 14 },
    });
    return id;
  };
  const [draft, running] = [await make('pricing'), await make('tour')];
  await api(app, 'POST', `/experiments/${running}/launch/`, { allow_unknown_events: true });
  const called = { $feature_flag: 'tour', $feature_flag_response: 'test' };
  await capture(app, '$feature_flag_called', 'ada', called);
  return [draft, running];
}

async function makeChanges(app: App): Promise<void> {
  await api(app, 'POST', '/change_requests/', {
    title: 'Wider',
    description: 'It held for a week.',
    items: [{ flag: 'banner', change: { filters: share(80) } }],
  });
  await api(app, 'POST', '/scheduled_changes/', {
    flag: FLAG,
    change: { active: false },
    due: { at: '2029-03-25T08:00:00Z' },
    reason: 'The sale is over then.',
  });
}

async function saveInsight(app: App): Promise<string> {
  const source = { kind: 'TrendsQuery', series: [VIEWS] };
  const { short_id: id } = await api<{ short_id: string }>(app, 'POST', '/insights/', {
    name: 'Views',
    query: { kind: 'InsightVizNode', source },
  });
  return id;
}

/** Waits until the exception is in an issue. */
function findError(app: App): Promise<string> {
  return eventually(async () => {
    type Found = { results: { id: string }[] };
    const { results } = await api<Found>(app, 'GET', '/error_tracking/issues/');
    const [error] = results;
    if (!error) throw new Error('What was sent is in no issue yet.');
    return error.id;
  });
}

/** Waits until the person is known, and the flag that does not exist. */
function findPerson(app: App): Promise<string> {
  return eventually(async () => {
    type Found = { results: { id: string }[] };
    const people = await api<Found>(app, 'GET', '/persons/?distinct_id=ada');
    const unknown = await api<{ count: number }>(app, 'GET', '/unknown_flags/');
    const [person] = people.results;
    if (!person || unknown.count === 0) throw new Error('What was sent has not arrived.');
    return person.id;
  });
}
