import { expect, test } from 'vitest';
import type { Rollout } from '../api/rollouts.ts';
import { arranged, consequence, riskOf } from './command-words.ts';

const stage = (index: number, percent: number, more: object = {}) => ({
  index,
  name: `${percent} %`,
  percent,
  is_targeted: false,
  ...more,
});

const rollout = (more: object = {}) =>
  ({
    state: 'baking',
    hold_reason: null,
    commands: ['pause', 'promote', 'rollback', 'jump', 'cancel'],
    stages: [stage(0, 10), stage(1, 50), stage(2, 100)],
    stage_index: 0,
    plan: { policy: { rollback_to: 'zero_keep_targeted' } },
    ...more,
  }) as unknown as Rollout;

test('what it waits for stands first, the way out last', () => {
  expect(arranged(rollout())).toEqual({
    first: null,
    buttons: ['pause', 'rollback'],
    menu: ['promote', 'jump', 'cancel'],
  });
  const held = (hold_reason: string) =>
    arranged(
      rollout({
        state: 'holding',
        hold_reason,
        commands: ['pause', 'resume', 'promote', 'rollback', 'ack', 'extend', 'jump', 'cancel'],
      }),
    );
  expect(held('yellow').buttons).toEqual(['ack', 'resume', 'extend', 'rollback']);
  expect(held('red')).toMatchObject({
    first: 'rollback',
    buttons: ['resume', 'ack', 'extend', 'rollback'],
  });
  expect(held('inconclusive')).toMatchObject({
    first: 'promote',
    menu: ['pause', 'jump', 'cancel'],
  });
  expect(arranged(rollout({ state: 'rolled_back', commands: ['retry'] }))).toMatchObject({
    first: 'retry',
    buttons: ['retry'],
  });
});

test('every command says what it will bring about', () => {
  expect(consequence('start', rollout())).toContain('“10 %” is written to the flag: 10 % of');
  expect(consequence('approve', rollout())).toContain('“50 %” is written to the flag: 50 % of');
  expect(consequence('approve', rollout({ stage_index: 2 }))).toContain('The rollout is complete');
  expect(consequence('rollback', rollout())).toBe(
    'The change is taken back from everybody at once.',
  );
  const named = { stages: [stage(0, 100, { is_targeted: true }), stage(1, 50)], stage_index: 1 };
  expect(consequence('rollback', rollout(named))).toContain('keep it');
  const before = { ...named, plan: { policy: { rollback_to: 'previous_tier' } } };
  expect(consequence('rollback', rollout(before))).toContain('goes back to “100 %”');
  expect(consequence('pause', rollout({ state: 'holding' }))).toContain('stays held');
  expect(consequence('resume', rollout({ hold_reason: 'srm' }))).toContain('runs again');
  expect(consequence('resume', rollout({ hold_reason: 'yellow' }))).toContain('fourfold');
  expect(consequence('cancel', rollout({ state: 'draft' }))).toContain('will not start');
});

test('what costs data is confirmed where the rollout stands, by where it goes', () => {
  const risk = (command: string, stages: readonly number[] | null) => ({ command, stages });
  const all = [risk('start', null), risk('jump', [1, 2]), risk('cancel', null)];
  const stand = { confirmations: all } as unknown as Rollout;
  expect(riskOf('start', stand)).toBe(all[0]);
  expect(riskOf('rollback', stand)).toBeUndefined();
  expect(riskOf('jump', stand)).toBeUndefined();
  expect(riskOf('jump', stand, 0)).toBeUndefined();
  expect(riskOf('jump', stand, 2)).toBe(all[1]);
  // The flag stays as it is.
  expect(riskOf('cancel', stand)).toBeUndefined();
});
