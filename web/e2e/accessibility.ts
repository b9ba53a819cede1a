// What a program can tell of accessibility: axe-core in the page. It is a tool of these tests alone
// (docs/decisions/0011-accessibility-scan.md).
import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** WCAG 2.2, levels A and AA, as axe-core tags its rules. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** One line for each element that breaks a rule. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  const isThere = await page.evaluate(() => 'axe' in globalThis);
  if (!isThere) await page.evaluate(axe.source);
  return page.evaluate(async (values) => {
    const { axe: engine } = globalThis as unknown as { axe: typeof axe };
    const { violations } = await engine.run({
      runOnly: { type: 'tag', values },
      resultTypes: ['violations'],
      preload: false,
    });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, html, failureSummary }) =>
        `${id} at ${target.join(' ')}: ${failureSummary ?? ''} ${html}`.replaceAll(/\s+/g, ' '),
      ),
    );
  }, RULES);
}
