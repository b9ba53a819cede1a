// A few shoppers in a real browser, with posthog-js running in the shop's pages.
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';

export type BrowserShoppers = {
  /** Visits that reached an end page. */
  visits(): number;
  stop(): Promise<void>;
};

/** A page that takes longer than this is given up. */
const PAGE_TIMEOUT_MS = 15_000;

/** Starts `count` shoppers in one Chromium; each comes back again and again with its cookie. */
export async function startBrowserShoppers(
  chromiumPath: string,
  shopUrl: string,
  count: number,
): Promise<BrowserShoppers> {
  const browser = await launchBrowser(chromiumPath);
  let visits = 0;
  let isEnded = false;
  const shop = async (): Promise<void> => {
    const page = await openPage(browser);
    while (!isEnded) {
      try {
        await buySomething(page, shopUrl);
        visits += 1;
      } catch {
        // The shop is being deployed, or we are being stopped; the next visit tells.
        if (!isEnded) await page.waitForTimeout(300).catch(() => undefined);
      }
    }
  };
  const shoppers = Array.from({ length: count }, shop);
  return {
    visits: () => visits,
    async stop() {
      isEnded = true;
      await browser.close();
      await Promise.all(shoppers);
    },
  };
}

/** A Chromium that posthog-js takes for a person's. */
export function launchBrowser(chromiumPath: string): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath,
    // Whoever started us ends us, in order; left to itself playwright would end the whole process.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    args: [
      // Chromium's own sandbox cannot be set up by root, which containers run as.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      // posthog-js records nothing of browsers that say they are automated: these do not say so.
      '--disable-blink-features=AutomationControlled',
    ],
  });
}

/** A page of a new shopper, with cookies and storage of their own. */
export async function openPage(browser: Browser): Promise<Page> {
  const [major] = browser.version().split('.');
  const context = await browser.newContext({
    userAgent: `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${major}.0.0.0 Safari/537.36`,
  });
  context.setDefaultTimeout(PAGE_TIMEOUT_MS);
  return context.newPage();
}

async function buySomething(page: Page, shopUrl: string): Promise<void> {
  await page.goto(shopUrl);
  await page.getByRole('link', { name: /seed mix/i }).click();
  await page.getByRole('button', { name: 'Put into the basket' }).click();
  await page.getByRole('link', { name: 'To the checkout' }).click();
  await page.getByLabel('Full name').fill('Robin Wren');
  await page.getByLabel('Street and number').fill('4 Finch Lane');
  await page.getByLabel('Postcode').fill('30419');
  await page.getByLabel('Town').fill('Reedham');
  await page.getByRole('button', { name: /pay/i }).click();
  await page.getByRole('heading', { level: 1 }).waitFor();
}
