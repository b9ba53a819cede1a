import { expect, test } from 'vitest';
import { Places } from './places.ts';

test('few at a time, in turn; too many and those who have gone do not wait', async () => {
  const places = new Places({ atOnce: 1, maxWaiting: 3, tooMany: 'Too many.' });
  const served: string[] = [];
  const take = async (name: string, weight: number, signal?: AbortSignal) => {
    await places.take(weight, signal);
    served.push(name);
  };
  await take('first', 9);
  const leaving = new AbortController();
  const gone = take('gone', 1, leaving.signal);
  const waiting = take('second', 2);
  // Of who may have two thirds of the room there is one already.
  await expect(places.take(1, undefined, 2 / 3)).rejects.toMatchObject({ code: 'unavailable' });
  await expect(take('third', 1)).rejects.toMatchObject({ code: 'unavailable' });
  leaving.abort(new Error('gone'));
  await expect(gone).rejects.toThrow('gone');
  await expect(take('late', 1, leaving.signal)).rejects.toThrow('gone');
  const last = take('last', 1);
  expect(served).toEqual(['first']);
  places.leave();
  await waiting;
  expect(served).toEqual(['first', 'second']);
  places.leave();
  await last;
  places.leave();
  await take('alone', 9);
  expect(served).toEqual(['first', 'second', 'last', 'alone']);
});
