import type { RateBucket } from '#stats/rate';
import { expect, test } from 'vitest';
import { shiftOf } from './earlier-evidence.ts';
import { weighEvidence } from './weigh-evidence.ts';
import { affectedPeople, type Guardrail } from './guardrail.ts';
import { checkHealth, type Observation } from './observation.ts';
import { bucketsOf, type GuardrailData } from './outcome.ts';
import { type EvidenceCarry, reachVerdict } from './verdict.ts';

const errors: Guardrail = {
  id: 'errors',
  kind: 'exception_users',
  family: 'errors',
  event: '$exception',
  filters: [],
  measure: { kind: 'share' },
  isCommon: false,
  usualShare: null,
  harm: 'up',
  bands: { scale: 'ratio', compare: 'ratio', yellow: 1.5, red: 2 },
  absolute: { yellow: 0.01, red: 0.02 },
  minAffectedPeople: 3,
  require: 'safe',
  onRed: 'rollback',
};
const orders: Guardrail = {
  ...errors,
  id: 'orders',
  family: 'business',
  event: 'order',
  harm: 'down',
  bands: { scale: 'ratio', compare: 'ratio', yellow: 0.95, red: 0.9 },
  absolute: { yellow: 0.05, red: 0.03 },
};
const shares = (bucket: RateBucket): GuardrailData => ({
  hits: [[bucket]],
  tallies: [],
  spreads: [],
});
const LINES = { alpha: 0.05, alphaPause: 0.25, beta: 0.2 };
const carry = (ids: string[]): EvidenceCarry => ({
  stage: 1,
  planned: 1,
  lnW: Object.fromEntries(ids.map((id) => [id, 0])),
  accepted: null,
});

/** The verdict on one guardrail from the totals of one bucket. */
function verdictOn(guardrail: Guardrail, [nT, nC, a, b]: [number, number, number, number]) {
  const measured = [{ guardrail, data: shares({ nT, nC, a, b }) }];
  return reachVerdict(measured, 'ratio', carry([guardrail.id]), LINES);
}
const bandOf = (...args: Parameters<typeof verdictOn>) => verdictOn(...args).assessments[0]?.band;

test('bands of a guardrail whose harm is more', () => {
  expect(bandOf(errors, [0, 0, 0, 0])).toBe('unknown');
  expect(bandOf(errors, [40, 400, 0, 0])).toBe('unknown');
  expect(bandOf(errors, [100, 900, 1, 9])).toBe('green');
  expect(bandOf(errors, [200, 1800, 0, 0])).toBe('safe');
  expect(bandOf(errors, [1000, 9000, 10, 90])).toBe('safe');
  expect(bandOf(errors, [400, 3600, 40, 36])).toBe('red');
});

test('bands of a guardrail whose harm is less', () => {
  expect(bandOf(orders, [5000, 5000, 500, 500])).toBe('safe');
  expect(bandOf(orders, [5000, 5000, 150, 500])).toBe('red');
  expect(verdictOn(orders, [20, 20, 0, 2]).level).not.toBe('red');
});

test('few people are enough to break a limit, but not to accuse by comparison', () => {
  const staff = { ...errors, absolute: { yellow: 0.01, red: 0.02 } };
  const measured = [{ guardrail: staff, data: shares({ nT: 2, nC: 0, a: 2, b: 0 }) }];
  const byLimit = reachVerdict(measured, 'absolute', carry(['errors']), LINES);
  expect(byLimit).toMatchObject({ level: 'red', assessments: [{ affected: 2, band: 'red' }] });
  const relative = { ...errors, absolute: null };
  expect(verdictOn(relative, [2, 2000, 2, 0]).level).toBe('yellow');
});

test('a loss leaves no event behind: those who would have had it count as hurt', () => {
  const counts = { nT: 100, nC: 900, a: 1, b: 90 };
  expect(affectedPeople(errors, counts)).toBe(1);
  expect(affectedPeople(orders, counts)).toBeCloseTo(10, 12);
  expect(affectedPeople(orders, { ...counts, nC: 0 })).toBeCloseTo(3, 12);
});

test('culprits come strongest first, and a quiet guardrail is not among them', () => {
  const quiet = { ...errors, id: 'quiet' };
  const loud = { ...errors, id: 'loud' };
  const at = (guardrail: Guardrail, a: number) => ({
    guardrail,
    data: shares({ nT: 400, nC: 3600, a, b: 36 }),
  });
  const measured = [at(quiet, 4), at(errors, 30), at(loud, 40)];
  const verdict = reachVerdict(measured, 'ratio', carry(['quiet', 'errors', 'loud']), LINES);
  expect(verdict.level).toBe('red');
  expect(verdict.culprits).toEqual(['loud', 'errors']);
});

test('a soak takes nothing back for a limit that was broken before the start', () => {
  const half = { any: 500, n: 1000, sx: 1000, sy: 500, sxx: 1000, syy: 500, sxy: 500 };
  const levelOf = (threshold: number) => {
    const measure = { kind: 'latency', property: 'lcp', level: 0.75, threshold } as const;
    const vitals = { ...errors, measure, absolute: { yellow: 2500, red: 4000 } };
    const tallies = [1, 2].map(() => ({ treatment: half, control: half }));
    const spreads = [{ treatment: [3000, 6000, 9000, 5000], control: [] }];
    const data = { hits: [[{ nT: 1000, nC: 0, a: 500, b: 0 }], []], tallies, spreads };
    const measured = [{ guardrail: vitals, data }];
    return reachVerdict(measured, 'absolute', carry(['errors']), LINES).level;
  };
  expect(levelOf(1000)).toBe('red');
  expect(levelOf(3000)).toBe('red');
  expect(levelOf(4800)).toBe('green');
});

test('percentage points are weighed once there are people enough', () => {
  const points: Guardrail = {
    ...orders,
    absolute: null,
    bands: { scale: 'difference', compare: 'pp', yellow: -0.02, red: -0.05 },
  };
  expect(bandOf(points, [150, 150, 20, 60])).toBe('unknown');
  expect(bandOf(points, [2000, 2000, 800, 1000])).toBe('red');
  expect(bandOf(points, [2000, 2000, 1000, 1000])).toBe('safe');
  const [one] = verdictOn(points, [2000, 2000, 800, 1000]).assessments;
  expect(one?.effect).toBeCloseTo(-0.1, 12);
  expect(one?.effectInterval?.upper).toBeLessThan(-0.05);
});

test('what only watches holds or tells, and neither rolls back nor weakens what can', () => {
  const harmed = { nT: 400, nC: 3600, a: 40, b: 36 };
  const clean = { nT: 400, nC: 3600, a: 4, b: 36 };
  const on = (onRed: Guardrail['onRed']) =>
    reachVerdict(
      [
        { guardrail: errors, data: shares(clean) },
        { guardrail: { ...errors, id: 'watched', onRed }, data: shares(harmed) },
      ],
      'ratio',
      carry(['errors', 'watched']),
      LINES,
    );
  expect(on('rollback')).toMatchObject({ level: 'red', culprits: ['watched'], noticed: [] });
  expect(on('hold')).toMatchObject({ level: 'yellow', culprits: ['watched'], noticed: [] });
  expect(on('notify')).toMatchObject({ level: 'green', culprits: [], noticed: ['watched'] });
  expect(on('hold').assessments.map((one) => one.band)).toEqual(['green', 'red']);
  const alone = verdictOn(errors, [400, 3600, 4, 36]).lnECombined;
  expect(on('notify').lnECombined).toBe(alone);
});

test('without control only absolute limits speak', () => {
  const evidence = weighEvidence(errors, shares({ nT: 300, nC: 0, a: 0, b: 0 }), 'absolute', 0.05);
  expect(evidence).toMatchObject({ lnE: 0, effect: null, effectInterval: null });
  expect(evidence.absolute?.lnESafe).toBeGreaterThan(Math.log(5));
});

test('evidence is JSON: what the data does not limit is null', () => {
  const evidence = weighEvidence(errors, shares({ nT: 100, nC: 900, a: 5, b: 0 }), 'ratio', 0.05);
  expect(evidence.effectInterval?.upper).toBeNull();
  expect(JSON.parse(JSON.stringify(evidence))).toEqual(evidence);
});

const seen: Observation = {
  people: { treatment: 100, control: 900 },
  rows: [
    [10, 90, 1, 0, 0, 2],
    [20, 180, 0, 3, 1, 1],
  ],
  split: { treatment: 100, control: 900 },
  multiExposed: 0,
  reported: { people: 0, disagreeing: 0 },
  recent: { treatment: 1, control: 1 },
};

test('buckets of each guardrail add up to everybody', () => {
  expect(bucketsOf(seen, 1)).toEqual([
    { nT: 10, nC: 90, a: 0, b: 2 },
    { nT: 20, nC: 180, a: 1, b: 1 },
    { nT: 70, nC: 630, a: 0, b: 0 },
  ]);
});

test('health: a fair split passes, lost people, double exposure and stale clients do not', () => {
  expect(checkHealth(seen, 0.1).problem).toBeNull();
  const problem = (change: Partial<Observation>) =>
    checkHealth({ ...seen, ...change }, 0.1).problem;
  expect(problem({ split: { treatment: 40, control: 900 } })?.detail).toBe(
    '40 of 940 people have the change (4.3 %), where 10.0 % were planned: some are lost before they are counted.',
  );
  expect(problem({ multiExposed: 12 })?.reason).toBe('multi_exposure');
  expect(problem({ reported: { people: 100, disagreeing: 6 } })?.reason).toBe('drift');
  const nobody = { treatment: 0, control: 0 };
  expect(problem({ people: nobody, split: nobody, multiExposed: 0 })).toBeNull();
});

/** People whose rates doubled, at a spread that leaves no doubt. */
const DOUBLED = [200, 200, 260, 200, 400, 180];

test('people against themselves may pause a rollout, and never take the change back', () => {
  const two = [errors, { ...errors, id: 'clicks', family: 'behaviour' as const }];
  const verdictOf = (pairs: number[]) => {
    const data = { ...shares({ nT: 200, nC: 0, a: 0, b: 0 }), pairs };
    const measured = two.map((guardrail) => ({ guardrail, data }));
    return reachVerdict(measured, 'self_control', carry(['errors', 'clicks']), LINES);
  };
  const doubled = verdictOf(DOUBLED);
  expect(doubled.level).toBe('yellow');
  expect(doubled.assessments[0]).toMatchObject({
    effect: 2,
    isAgainstBefore: true,
    band: 'yellow',
  });
  expect(doubled.assessments[0]?.lnE).toBeGreaterThan(20);
  expect(verdictOf([49, ...DOUBLED.slice(1)]).level).toBe('green');
  expect(verdictOf([200, 2, 260, 200, 202, 180]).level).toBe('green');
});

/** The last windows of this week, and two dozen of four weeks in which 100 people a window had ten errors or so. */
function weeksWith(now: readonly number[]) {
  const before = [1, 2, 3, 4].flatMap((weeksAgo) =>
    Array.from({ length: 24 }, (_, windowsAgo) => ({
      weeksAgo,
      windowsAgo,
      y: 10 + ((weeksAgo * 7 + windowsAgo * 3) % 5) - 2,
      x: 100,
    })),
  );
  return [...before, ...now.map((y, windowsAgo) => ({ weeksAgo: 0, windowsAgo, y, x: 100 }))];
}

test('a soak is yellow when three of its last five windows are far off the same hours of earlier weeks', () => {
  const verdictOf = (now: readonly number[], accepted: EvidenceCarry['accepted'] = null) => {
    const limitless = { ...errors, absolute: null };
    const data = { ...shares({ nT: 500, nC: 0, a: 50, b: 0 }), windows: weeksWith(now) };
    const carried = { ...carry(['errors']), accepted };
    return reachVerdict([{ guardrail: limitless, data }], 'before_after', carried, LINES);
  };
  expect(verdictOf([10, 9, 11, 12, 10]).level).toBe('green');
  expect(verdictOf([40, 40, 10, 10, 10]).level).toBe('green');
  expect(verdictOf([40, 10, 40, 10, 40])).toMatchObject({ level: 'yellow', culprits: ['errors'] });
  expect(verdictOf([40, 40]).assessments[0]?.shift).toBeNull();
  const seen = verdictOf([40, 40, 40]).assessments[0]?.shift ?? 0;
  const byGuardrail = { errors: { mixed: 0, absolute: 0, shift: seen } };
  const accepted = { combined: 0, byGuardrail };
  expect(verdictOf([40, 40, 40], accepted).level).toBe('green');
  expect(verdictOf([90, 90, 90], accepted).level).toBe('yellow');
});

test('a soak without two weeks before it says nothing, and throughput counts events, not events per person', () => {
  const lonely = weeksWith([40, 40, 40]).filter(({ weeksAgo }) => weeksAgo < 2);
  expect(shiftOf(errors, lonely)).toBeNull();
  const throughput = { harm: 'down', kind: 'throughput' } as const;
  const half = weeksWith([]).map((one) => ({ ...one, y: one.y * 100 }));
  const now = [0, 1, 2].map((windowsAgo) => ({ weeksAgo: 0, windowsAgo, y: 300, x: 30 }));
  expect(shiftOf(throughput, [...half, ...now])).toBeGreaterThan(4);
  expect(shiftOf({ ...throughput, kind: 'custom' }, [...half, ...now])).toBeLessThan(1);
});
