import { expect, test } from 'vitest';
import type { RateBucket } from '#stats/rate';
import { estimateOf } from './estimate.ts';
import { weighExternal } from './external-evidence.ts';
import { falseRedOdds } from './estimate-odds.ts';
import type { Guardrail } from './guardrail.ts';
import { reachVerdict } from './verdict.ts';

const ESTIMATE = { windows: 5, over: 3, minSample: 100 };
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
  absolute: null,
  minAffectedPeople: 3,
  require: 'safe',
  onRed: 'rollback',
  estimate: ESTIMATE,
};
/** Windows of a hundred people with the change and nine hundred without, of whom nine had it. */
const windows = (treated: readonly number[]): RateBucket[] => [
  ...treated.flatMap((a) => [
    { nT: 40, nC: 500, a: 0, b: 4 },
    { nT: 60, nC: 400, a, b: 5 },
  ]),
  { nT: 30, nC: 20, a: 30, b: 0 },
];
const judged = (treated: readonly number[]) => estimateOf(errors, ESTIMATE, windows(treated), true);

test('three of the last five windows beyond a band are red, or yellow, whatever was before', () => {
  expect(judged([1, 1, 1, 1, 1])).toEqual({
    windows: 5,
    isYellow: false,
    isRed: false,
    isClear: true,
  });
  expect(judged([2, 2, 1, 1, 2])).toMatchObject({ isRed: true, isClear: false });
  expect(judged([9, 9, 9, 1, 1, 1, 1, 1])).toMatchObject({ isRed: false, isClear: true });
  expect(judged([1, 1])).toMatchObject({ windows: 2, isRed: false, isClear: false });
  expect(
    estimateOf(
      { ...errors, bands: { ...errors.bands!, red: 9 } },
      ESTIMATE,
      windows([2, 2, 2]),
      true,
    ),
  ).toMatchObject({ isYellow: true, isRed: false });
  const absolute = { ...errors, bands: null, absolute: { yellow: 0.02, red: 0.05 } };
  expect(estimateOf(absolute, ESTIMATE, windows([6, 1, 6, 1, 6]), false).isRed).toBe(true);
});

test('people who have had no time for it yet are not judged', () => {
  const all = windows([1, 1, 1, 1, 1, 9, 9, 9]);
  expect(estimateOf(errors, ESTIMATE, all, true).isRed).toBe(true);
  const early = estimateOf(errors, ESTIMATE, all, true, 10);
  expect(early).toMatchObject({ windows: 5, isRed: false, isClear: true });
});

test('a limit that control breaks as well accuses nobody', () => {
  const limits = { ...errors, absolute: { yellow: 0.005, red: 0.01 } };
  const estimate = estimateOf(limits, ESTIMATE, windows([1, 1, 1, 1, 1]), true);
  expect(estimate).toMatchObject({ isYellow: false, isRed: false, isClear: true });
  expect(estimateOf(limits, ESTIMATE, windows([1, 1, 1, 1, 1]), false).isRed).toBe(true);
});

test('yellow that a person has accepted is silent, and red speaks again', () => {
  const data = { tallies: [], spreads: [] };
  const lines = { alpha: 0.05, alphaPause: 0.25, beta: 0.2 };
  const levelOf = (treated: readonly number[], estimate?: string) => {
    const byGuardrail = { errors: { mixed: 0, absolute: 0, ...(estimate ? { estimate } : {}) } };
    const carry = {
      stage: 1,
      planned: 1,
      lnW: { errors: 0 },
      accepted: { combined: 0, byGuardrail },
    };
    const guardrail = { ...errors, bands: { ...errors.bands!, red: 9 } };
    const measured = [{ guardrail, data: { ...data, hits: [windows(treated)] } }];
    return reachVerdict(measured, 'ratio', carry, lines).level;
  };
  expect(levelOf([2, 2, 2])).toBe('yellow');
  expect(levelOf([2, 2, 2], 'yellow')).toBe('green');
  expect(levelOf([9, 9, 9], 'yellow')).toBe('red');
});

const READ: Guardrail = {
  ...errors,
  bands: null,
  absolute: { yellow: 1, red: 2 },
  measure: { kind: 'external', reading: { kind: 'value', windowMs: 60_000, query: 'q' } },
};
const bandOfRead = (rows: number[][], counting: Partial<Guardrail> = {}) => {
  const carry = { stage: 1, planned: 1, lnW: { errors: 0 }, accepted: null };
  const guardrail = { ...READ, ...counting };
  const data = { hits: [], tallies: [], spreads: [], external: rows };
  const lines = { alpha: 0.05, alphaPause: 0.25, beta: 0.2 };
  const { level, assessments } = reachVerdict([{ guardrail, data }], 'ratio', carry, lines);
  return [level, assessments[0]?.band];
};
const times = <T>(count: number, row: T): T[] => Array.from({ length: count }, () => row);

test('readings of before say nothing of now: who falls silent is neither safe nor known', () => {
  expect(bandOfRead(times(5, [0.1]))).toEqual(['green', 'safe']);
  expect(bandOfRead([...times(5, [0.1]), []])).toEqual(['green', 'unknown']);
  expect(bandOfRead([...times(5, [0.1]), ...times(5, [])])).toEqual(['unknown', 'unknown']);
  expect(bandOfRead([...times(5, [3]), ...times(2, [])])).toEqual(['red', 'red']);
  expect(bandOfRead([...times(5, [3]), ...times(3, [])])).toEqual(['green', 'unknown']);
});

test('an arm of servers that has gone away is not safe for what it did before, and harm stays harm', () => {
  const rates = {
    bands: errors.bands,
    absolute: null,
    estimate: null,
    measure: {
      kind: 'external',
      reading: { ...SPLIT, kind: 'rates', windowMs: 60_000 },
    },
  } as const;
  const clean = times(100, [100, 1000, 1, 20]);
  expect(bandOfRead(clean, rates)[1]).toBe('safe');
  expect(bandOfRead([...clean, ...times(4, [])], rates)[1]).toBe('safe');
  expect(bandOfRead([...clean, ...times(5, [0, 1000, 0, 20])], rates)[1]).toBe('unknown');
  const guardrail = { ...READ, ...rates };
  const harmful = [...times(100, [100, 1000, 10, 20]), ...times(5, [])];
  const evidence = weighExternal(guardrail, 'rates', harmful, true, null);
  expect(evidence.lnE).toBeGreaterThan(10);
});

const SPLIT = { bad: 'b', total: 't', label: 'variant', treatment: 'true', control: 'false' };

test('it decides alone, dilutes no evidence, and is safe only after enough windows', () => {
  const carry = { stage: 1, planned: 1, lnW: { errors: 0, other: 0 }, accepted: null };
  const lines = { alpha: 0.05, alphaPause: 0.25, beta: 0.2 };
  const other = { ...errors, id: 'other', estimate: null };
  const verdictOf = (mine: RateBucket[], others: RateBucket[]) =>
    reachVerdict(
      [
        { guardrail: errors, data: { hits: [mine], tallies: [], spreads: [] } },
        { guardrail: other, data: { hits: [others], tallies: [], spreads: [] } },
      ],
      'ratio',
      carry,
      lines,
    );
  const clean = [{ nT: 1000, nC: 9000, a: 10, b: 90 }];
  const byEstimate = verdictOf(windows([9, 9, 9]), clean);
  expect(byEstimate).toMatchObject({ level: 'red', culprits: ['errors'] });
  expect(byEstimate.lnECombined).toBeLessThan(0);
  const byEvidence = verdictOf(windows([1, 1, 1, 1, 1]), [{ nT: 400, nC: 3600, a: 40, b: 36 }]);
  expect(byEvidence).toMatchObject({ level: 'red', culprits: ['other'] });
  expect(byEvidence.assessments[0]).toMatchObject({ band: 'safe' });
  expect(verdictOf(windows([1, 1]), clean).assessments[0]?.band).toBe('green');
});

test('thresholds take most harmless releases back where windows are small, and hardly any where they are large', () => {
  const question = { share: 0.01, treatmentShare: 0.1, windows: 50 };
  expect(falseRedOdds(errors, ESTIMATE, question)).toBeGreaterThan(0.5);
  expect(falseRedOdds(errors, { ...ESTIMATE, minSample: 5000 }, question)).toBeLessThan(0.02);
  const often = falseRedOdds(errors, { ...ESTIMATE, over: 1 }, question);
  expect(often).toBeGreaterThan(falseRedOdds(errors, { ...ESTIMATE, over: 5 }, question));
});
