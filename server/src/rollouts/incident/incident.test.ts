import { expect, test } from 'vitest';
import { incidentStep } from './incident.ts';
import { aPlan } from '../test-builders.ts';
import { suggestMessages } from './messages.ts';
import { inline, postMortemTemplate, reportMarkdown } from './post-mortem.ts';
import type { IncidentReport } from './report.ts';

type Move = Parameters<typeof incidentStep>[0];
const move = (change: Partial<Move>): Move => ({
  type: 'held',
  to: 'holding',
  holdReason: null,
  flag: null,
  ...change,
});
const ROLLBACK = move({ type: 'rollback_started', to: 'rolling_back', flag: 'rollback' });

test('suspected harm opens one investigation; other holds do not', () => {
  for (const holdReason of ['yellow', 'red'] as const) {
    expect(incidentStep(move({ holdReason }), null, false)).toEqual({ kind: 'investigate' });
    expect(incidentStep(move({ holdReason }), 'investigation', false)).toBeNull();
  }
  for (const holdReason of ['manual', 'srm', 'no_data', 'drift'] as const) {
    expect(incidentStep(move({ holdReason }), null, false)).toBeNull();
  }
});

test('taking the change back is an incident, whoever does it and whatever is open', () => {
  for (const open of [null, 'investigation', 'rollback'] as const) {
    expect(incidentStep(ROLLBACK, open, true)).toEqual({ kind: 'roll_back' });
  }
});

test('an investigation ends with what goes on; taking it over does not end it', () => {
  const resumed = move({ type: 'resumed', to: 'baking' });
  expect(incidentStep(resumed, 'investigation', false)).toEqual({
    kind: 'close',
    closing: 'recovered',
  });
  const promoted = move({ type: 'promoted', to: 'applying', flag: 'stage' });
  expect(incidentStep(promoted, 'investigation', true)).toMatchObject({ closing: 'decided' });
  expect(incidentStep(promoted, null, true)).toBeNull();
  // An approval that waits for the other gates ends nothing yet.
  const approved = (to: 'applying' | 'baking') =>
    incidentStep(move({ type: 'approved', to }), 'investigation', true);
  expect([approved('applying'), approved('baking')]).toEqual([
    { kind: 'close', closing: 'decided' },
    null,
  ]);
  expect(incidentStep(move({ type: 'acknowledged' }), 'investigation', true)).toBeNull();
  expect(incidentStep(move({ type: 'escalated' }), 'investigation', false)).toBeNull();
});

test('a rollback ends when somebody acknowledges it, not when the way back is complete', () => {
  const done = move({ type: 'rolled_back', to: 'rolled_back' });
  expect(incidentStep(done, 'rollback', false)).toBeNull();
  const seen = move({ type: 'acknowledged', to: 'rolled_back' });
  expect(incidentStep(seen, 'rollback', true)).toMatchObject({ closing: 'acknowledged' });
});

test('what strangers wrote is no markup in a report', () => {
  expect(inline('a\n# b <img src=x> [c](d) | `e`')).toBe(
    String.raw`a # b &lt;img src=x> \[c\](d) \| \`e\``,
  );
});

test('data that is lost on the way back is in the report, its questions and the texts for users', () => {
  const report = (kind: 'A' | 'B' | 'C'): IncidentReport => ({
    id: 'i1',
    kind: 'rollback',
    flagKey: 'new-checkout',
    environment: { key: 'production', name: 'Production' },
    rolloutId: 'r1',
    plan: aPlan({ impact: { kind, isInStep: false, note: 'Saved carts are gone.' } }),
    stageIndex: 0,
    openedAtMs: 0,
    flagOffAtMs: 60_000,
    closedAtMs: null,
    closing: null,
    closedBy: null,
    culprits: [],
    reasons: [],
    numbers: [],
    evidence: null,
    timeline: [],
    actionItems: [],
    banner: null,
  });
  const texts = (kind: 'A' | 'B' | 'C') => {
    const of = report(kind);
    const messages = suggestMessages(of);
    const { statusPage, email } = messages;
    return [postMortemTemplate(of), reportMarkdown(of, '', messages), statusPage, email.body];
  };
  const about = (kind: 'A' | 'B' | 'C', words: RegExp) => texts(kind).map((one) => words.test(one));
  expect(about('C', /## Data\n\nGoing back loses .* Saved carts are gone\./)).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect(about('C', /may be missing/).slice(2)).toEqual([true, true]);
  expect(about('B', /## Data/)).toEqual([false, true, false, false]);
  expect(about('A', /## Data|may be missing/)).toEqual([false, false, false, false]);
});
