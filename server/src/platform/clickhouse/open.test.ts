import { expect, test } from 'vitest';
import { openClickHouse } from './open.ts';

test('what was given up before it is asked is not asked', async () => {
  // Nobody listens there: whoever asks is told so.
  const { client, close } = openClickHouse({ url: 'http://127.0.0.1:1' });
  const ask = (abort_signal: AbortSignal) => client.query({ query: 'SELECT 1', abort_signal });
  await expect(ask(new AbortController().signal)).rejects.toThrow('ECONNREFUSED');
  await expect(ask(AbortSignal.abort(new Error('given up')))).rejects.toThrow('given up');
  await close();
});
