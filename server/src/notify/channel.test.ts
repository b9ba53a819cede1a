import { expect, test } from 'vitest';
import { withinReach } from './channel.ts';

test('a level on which only users are written to is none: an escalation reaches somebody who hears', () => {
  const slack = { kind: 'slack', level: 1 } as const;
  const users = { kind: 'intercom', level: 2 } as const;
  const pager = { kind: 'pagerduty', level: 3 } as const;
  const reached = (reach: number) =>
    [slack, users, pager].filter(withinReach([pager, users, slack], reach));
  expect(reached(1)).toEqual([slack]);
  expect(reached(2)).toEqual([slack, pager]);
});
