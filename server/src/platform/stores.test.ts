import { expect, test } from 'vitest';
import { startTestStores } from '#platform/test-stores';

test('fresh stores answer', async () => {
  const stores = await startTestStores();
  expect(await stores.db.selectFrom('flag').selectAll().execute()).toEqual([]);
  const r = await stores.clickhouse.query({
    query: 'SELECT {x:String} AS x, count() AS n FROM events',
    query_params: { x: "a'b\\c\n" },
    format: 'JSONEachRow',
  });
  expect(await r.json()).toEqual([{ x: "a'b\\c\n", n: 0 }]);
  await stores.close();
});
