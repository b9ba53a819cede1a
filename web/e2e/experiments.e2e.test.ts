// An experiment from the form to the winner: set up on the page, launched, real people who get their variant as an SDK
// gets it, the result as the page tells it, and the variant shipped.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WAIT_MS, type App, api, appears, flagValue, openApp, visit } from './app.ts';

const FLAG = 'one-page';
const PEOPLE = 400;

let app: App;
beforeAll(async () => {
  app = await openApp({ timeScale: 60 });
});
afterAll(() => app.close());

/** People who get a variant and buy: 4 of 20 with control, 11 of 20 with the other. */
async function letShop(): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  const batch: object[] = [];
  for (let from = 0; from < PEOPLE; from += 40) {
    const ids = Array.from({ length: 40 }, (_, i) => `shopper-${from + i}`);
    const variants = await Promise.all(ids.map((id) => flagValue(app, FLAG, {}, id)));
    variants.forEach((variant, i) => {
      const key = String(variant);
      const number = counts[key] ?? 0;
      counts[key] = number + 1;
      const distinct_id = ids[i];
      const properties = { distinct_id, [`$feature/${FLAG}`]: variant };
      const called = { ...properties, $feature_flag: FLAG, $feature_flag_response: variant };
      batch.push({ event: '$feature_flag_called', properties: called });
      const isBuyer = number % 20 < (key === 'test' ? 11 : 4);
      if (isBuyer) batch.push({ event: 'purchase', properties: { ...properties, revenue: 20 } });
    });
  }
  const { url, projectToken } = app.serin;
  const sent = await fetch(`${url}/batch/`, {
    method: 'POST',
    body: JSON.stringify({ api_key: projectToken, batch }),
  });
  expect(sent.status).toBe(200);
  return counts;
}

test('an experiment is set up, launched, read and decided on the page', async () => {
  const { page, problems, context } = await visit(app);
  await page.goto('/experiments');
  await page.getByRole('link', { name: 'Set up the first experiment' }).click();

  await page.getByLabel('Name', { exact: true }).fill('One-page checkout');
  await page.getByLabel('What you expect, and why').fill('More people finish.');
  await page.getByLabel('Flag key').fill(FLAG);
  expect(await page.getByRole('button', { name: 'Launch' }).isDisabled()).toBe(true);
  await page.getByRole('button', { name: 'Add a goal' }).click();
  const event = page.getByRole('combobox', { name: 'Event of step 1' });
  await event.fill('purchase');
  await page.getByRole('option', { name: 'purchase' }).click();
  await appears(page.getByText('Nobody did this in the last 14 days.'));
  await page.getByRole('button', { name: 'Exceptions' }).click();
  await appears(page.getByText('A guardrail takes everyone back to control'));
  await page.getByRole('button', { name: 'Launch' }).click();
  await page.getByRole('button', { name: 'Launch all the same' }).click();

  await appears(page.getByRole('heading', { level: 1, name: 'One-page checkout' }));
  await appears(page.getByText('Nobody has come yet'));
  const counts = await letShop();
  const total = (counts['control'] ?? 0) + (counts['test'] ?? 0);
  expect(total).toBe(PEOPLE);

  // What was sent takes a moment to be stored.
  const people = page.getByRole('table', { name: 'People by variant' });
  await expect
    .poll(
      async () => {
        await page.getByRole('button', { name: 'Count now' }).click();
        return people.getByText(String(counts['test']), { exact: true }).count();
      },
      { timeout: WAIT_MS, interval: 1_000 },
    )
    .toBe(1);
  const goal = page.getByRole('table', { name: 'Conversion to purchase' });
  await appears(goal.getByText('Better'));
  await appears(page.getByText('Too early to say: at least 3 days are needed, about 3 more days.'));
  await appears(page.getByText('People come in the planned shares'));

  // Looked at otherwise, the advice stays that of the plan.
  const shownAs = page.getByRole('region', { name: 'How results are shown' });
  await shownAs.getByText('Absolute').click();
  await appears(goal.getByText(/^\+\d+\.\d\d pp$/));
  await shownAs.getByText('99 %').click();
  await appears(page.getByText(/^Not as planned: at 99 %/));
  await shownAs.getByRole('button', { name: 'As planned' }).click();
  await page.getByText(/^\d+ checks are fine$|^All \d+ checks are fine$/).click();
  await appears(page.getByText('The flag tells apart by chance.'));

  await page.getByRole('button', { name: 'Details of Conversion to purchase' }).click();
  await page.getByRole('button', { name: 'Compare methods' }).click();
  await appears(page.getByRole('rowheader', { name: 'Right at one look, at the end' }));
  const exact = page.getByRole('table', { name: 'Numbers of Conversion to purchase' });
  await appears(exact.getByRole('row', { name: /^People/ }));
  await page.getByRole('button', { name: 'Close' }).click();
  const recordings = page.getByRole('link', { name: 'Recordings with test' });
  const shown = new URL((await recordings.getAttribute('href')) ?? '', app.serin.url);
  expect(shown.searchParams.get('filter')).toMatch(/values.*test/);
  await page.getByRole('button', { name: 'Show people with test' }).click();
  await appears(page.getByRole('dialog').getByText(`${counts['test']} people`, { exact: true }));
  await page.getByRole('button', { name: 'Close' }).click();

  await page.getByRole('button', { name: 'Stop…' }).click();
  await page.getByRole('radio', { name: 'Everyone gets test' }).check();
  await page.getByLabel('What you learned').fill('One page sells.');
  await page.getByRole('button', { name: 'Ship test' }).click();
  await appears(page.getByText('Everyone gets test.'));
  await appears(page.getByText('One page sells.'));
  await appears(page.getByText('Shipped'));
  const left = page.getByRole('list', { name: 'What is left to do' });
  await appears(left.getByText('Everyone gets test'));
  for (const id of ['shopper-1', 'shopper-2', 'shopper-3']) {
    expect(await flagValue(app, FLAG, {}, id)).toBe('test');
  }
  const { results } = await api<{ results: { conclusion: string }[] }>(app, 'GET', '/experiments/');
  expect(results[0]?.conclusion).toBe('won');
  expect(problems).toEqual([]);
  await context.close();
});
