import { expect, test } from 'vitest';
import { isWanted, withinReach } from './channel.ts';

test('a level on which only users are written to is none: an escalation reaches somebody who hears', () => {
  const slack = { kind: 'slack', level: 1 } as const;
  const users = { kind: 'intercom', level: 2 } as const;
  const pager = { kind: 'pagerduty', level: 3 } as const;
  const reached = (reach: number) =>
    [slack, users, pager].filter(withinReach([pager, users, slack], reach));
  expect(reached(1)).toEqual([slack]);
  expect(reached(2)).toEqual([slack, pager]);
});

test('people hear of single steps only where they have asked for them, programs of every one', () => {
  const step = { type: 'rollout.stage_applied', severity: 'info' } as const;
  const isTold = (kind: 'slack' | 'webhook' | 'intercom', types: readonly (typeof step.type)[]) =>
    isWanted({ kind, types, leastSeverity: 'info' }, step);
  expect([isTold('slack', []), isTold('slack', [step.type])]).toEqual([false, true]);
  expect([isTold('webhook', []), isTold('intercom', [step.type])]).toEqual([true, false]);
  expect(isWanted({ kind: 'webhook', types: [], leastSeverity: 'error' }, step)).toBe(false);
});
