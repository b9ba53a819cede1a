// Starts the shop. It needs a running Serin: SERIN_URL (http://localhost:8000) and SERIN_PROJECT_TOKEN.
import type { AddressInfo } from 'node:net';
import { openAnalytics } from './analytics.ts';
import { createShop } from './shop.ts';

const serinUrl = process.env['SERIN_URL'] ?? 'http://localhost:8000';
const projectToken = process.env['SERIN_PROJECT_TOKEN'];
if (projectToken === undefined) {
  console.error(
    'shop: set SERIN_PROJECT_TOKEN to the project token (phc_…) that Serin shows in its settings.',
  );
  process.exit(1);
}

const analytics = openAnalytics(serinUrl, projectToken);
const shop = createShop({
  analytics,
  serinUrl,
  projectToken,
  release: process.env['SHOP_RELEASE'] === '2' ? 2 : 1,
});
shop.listen(Number(process.env['SHOP_PORT'] ?? 8100), '127.0.0.1', () => {
  console.log(`Shop is ready at http://localhost:${(shop.address() as AddressInfo).port}`);
});

let isStopping = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (isStopping) return;
    isStopping = true;
    shop.close();
    shop.closeIdleConnections();
    setTimeout(() => shop.closeAllConnections(), 500).unref();
    void analytics.close();
  });
}
