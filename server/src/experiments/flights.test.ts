import { expect, test } from 'vitest';
import { Flights } from './flights.ts';

const patient = () => new AbortController().signal;

test('who asks while the same is under way waits for it, and it is done once', async () => {
  const flights = new Flights<number>();
  const turn = Promise.withResolvers<number>();
  let begun = 0;
  const work = () => {
    begun += 1;
    return turn.promise;
  };
  const gone = new AbortController();
  const first = flights.join('a', work, gone.signal);
  const others = [1, 2, 3].map(() => flights.join('a', work, patient()));
  gone.abort(new Error('gone'));
  await expect(first).rejects.toThrow('gone');
  turn.resolve(7);
  expect(await Promise.all(others)).toEqual([7, 7, 7]);
  expect(begun).toBe(1);
  expect(await flights.join('a', async () => 8, patient())).toBe(8);
});

test('it ends early only when everybody has gone, and failing is not remembered', async () => {
  const flights = new Flights<number>();
  let ended = 0;
  const work = (signal: AbortSignal) =>
    new Promise<number>((_, reject) =>
      signal.addEventListener('abort', () => {
        ended += 1;
        reject(new Error('ended'));
      }),
    );
  const both = [new AbortController(), new AbortController()] as const;
  const asked = both.map(({ signal }) => flights.join('a', work, signal));
  const settled = Promise.allSettled(asked);
  both[0].abort(new Error('gone'));
  await expect(asked[0]).rejects.toThrow('gone');
  expect(ended).toBe(0);
  both[1].abort(new Error('gone'));
  await settled;
  expect(ended).toBe(1);
  const failing = () => Promise.reject<number>(new Error('no'));
  await expect(flights.join('a', failing, patient())).rejects.toThrow('no');
  expect(await flights.join('a', async () => 9, patient())).toBe(9);
});
