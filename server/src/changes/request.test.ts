import { expect, test } from 'vitest';
import { type RequestEvent, type RequestEventType, actionsFor, reviewsOf } from './request.ts';

let seq = 0;
const said = (userId: string, type: RequestEventType, revision = 2): RequestEvent => ({
  seq: String((seq += 1)),
  at: new Date(seq),
  type,
  revision,
  userId,
  userLabel: userId,
  body: '',
});
const members = new Set(['ada', 'bob', 'cy']);
const request = { authorId: 'ada', revision: 2 };
const verdicts = (...events: RequestEvent[]) =>
  reviewsOf(request, events, members).map(({ userId, verdict }) => `${userId} ${verdict}`);

test('the last word of each on this revision counts', () => {
  expect(
    verdicts(
      said('bob', 'changes_requested'),
      said('cy', 'approved'),
      said('bob', 'commented'),
      said('bob', 'approved'),
    ),
  ).toEqual(['cy approved', 'bob approved']);
});

test.each([
  ['of an earlier revision', said('bob', 'approved', 1)],
  ['of the author', said('ada', 'approved')],
  ['of somebody who has left', said('dan', 'approved')],
  ['a comment', said('bob', 'commented')],
])('%s does not count', (_what, event) => {
  expect(verdicts(event)).toEqual([]);
});

const standing = {
  state: 'open',
  authorId: 'ada',
  userId: 'bob',
  reviews: [],
  requiredApprovals: 1,
  movement: 'none',
} as const;
const approved = reviewsOf(request, [said('bob', 'approved')], members);
const held = reviewsOf(
  request,
  [said('bob', 'approved'), said('cy', 'changes_requested')],
  members,
);

test('the author edits and withdraws, others judge', () => {
  expect(actionsFor({ ...standing, userId: 'ada' })).toEqual(['comment', 'edit', 'withdraw']);
  expect(actionsFor(standing)).toEqual(['comment', 'approve', 'request_changes', 'refuse']);
});

test('it is applied when it is approved, by anyone', () => {
  expect(actionsFor({ ...standing, userId: 'ada', reviews: approved })).toContain('apply');
  expect(actionsFor({ ...standing, reviews: approved })).toContain('apply');
  expect(actionsFor({ ...standing, requiredApprovals: 2, reviews: approved })).not.toContain(
    'apply',
  );
  expect(actionsFor({ ...standing, requiredApprovals: 0 })).toContain('apply');
});

test('neither while somebody asks for changes, nor after the flag moved', () => {
  expect(actionsFor({ ...standing, reviews: held })).not.toContain('apply');
  const moved = { ...standing, userId: 'ada', reviews: approved };
  expect(actionsFor({ ...moved, movement: 'apart' })).toEqual([
    'comment',
    'edit',
    'rebase',
    'withdraw',
  ]);
  expect(actionsFor({ ...moved, movement: 'overlapping' })).not.toContain('rebase');
});

test('what is closed takes comments only', () => {
  for (const state of ['applied', 'refused', 'withdrawn'] as const)
    expect(actionsFor({ ...standing, state, reviews: approved })).toEqual(['comment']);
});
