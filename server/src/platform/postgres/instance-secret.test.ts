import { expect, test } from 'vitest';
import { startTestStores } from '#platform/test-stores';
import { instanceSecret } from './instance-secret.ts';

test('a secret is made once, for all replicas that start at the same time', async () => {
  const stores = await startTestStores();
  try {
    const [first, ...others] = await Promise.all(
      Array.from({ length: 5 }, () => instanceSecret(stores.db, 'a')),
    );
    expect(first).toHaveLength(32);
    for (const other of others) expect(other).toEqual(first);
    expect(await instanceSecret(stores.db, 'a')).toEqual(first);
    expect(await instanceSecret(stores.db, 'b')).not.toEqual(first);
  } finally {
    await stores.close();
  }
});
