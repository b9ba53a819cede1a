// A shop that is recorded: pages with the real SDK, on a host name of its own. The browser must be told where the
// name leads (`RECORDED_HOSTS`), since the SDK records no network on localhost.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** For Chromium's `--host-resolver-rules`. */
export const RECORDED_HOSTS = 'MAP shop.serin.test 127.0.0.1';

export type RecordedSite = { readonly url: string; close(): Promise<void> };

export async function openRecordedSite(serinUrl: string, token: string): Promise<RecordedSite> {
  const server = createServer((request, response) => {
    const isFailing = request.url?.startsWith('/api/');
    response.setHeader('content-type', isFailing ? 'application/json' : 'text/html; charset=utf-8');
    response.writeHead(isFailing ? 500 : 200).end(isFailing ? '{}' : page(serinUrl, token));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://shop.serin.test:${(server.address() as AddressInfo).port}/`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** `?api_host=` sends everything somewhere else; `/canvas` has a drawing. */
const page = (serinUrl: string, token: string): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <link rel="icon" href="data:," />
    <title>Shop</title>
    <style>
      body { font-family: sans-serif; margin: 40px; }
      #add[data-used] { background: rgb(0, 128, 0); }
    </style>
    <script>
      window.posthog = [];
      posthog._i = [];
      posthog._i.push(['${token}', {
        api_host: new URLSearchParams(location.search).get('api_host') ?? '${serinUrl}',
        // Who it is may be said by the address.
        bootstrap: { distinctID: location.hash.slice(1) || undefined },
        opt_out_useragent_filter: true,
        capture_pageview: 'history_change',
        enable_recording_console_log: true,
        request_queue_config: { flush_interval_ms: 250 },
      }, 'posthog']);
    </script>
    <script async crossorigin="anonymous" src="${serinUrl}/static/array.js"></script>
  </head>
  <body>
    <h1>Shop</h1>
    <label>Card <input id="card" /></label>
    <p class="ph-mask">Ada Lovelace</p>
    <button id="add">Add to basket</button>
    <button id="fail">Pay</button>
    <button id="checkout">Checkout</button>
    <ul id="list"></ul>
    <script>
      if (location.pathname === '/canvas') {
        const canvas = Object.assign(document.createElement('canvas'), { width: 120, height: 80 });
        document.body.append(canvas);
        const paint = (color) => {
          const context = canvas.getContext('2d');
          context.fillStyle = color;
          context.fillRect(0, 0, 60, 80);
          context.fillStyle = 'white';
          context.fillRect(60, 0, 60, 80);
        };
        paint('red');
        document.getElementById('fail').addEventListener('click', () => paint('blue'));
      }
      let count = 0;
      document.getElementById('add').addEventListener('click', ({ currentTarget }) => {
        count += 1;
        currentTarget.dataset.used = '';
        document.getElementById('list').insertAdjacentHTML('beforeend', '<li>Item ' + count + '</li>');
      });
      document.getElementById('fail').addEventListener('click', () => {
        console.error('The payment failed');
        void fetch('/api/pay', { method: 'POST' });
      });
      document.getElementById('checkout').addEventListener('click', () => {
        history.pushState({}, '', '/checkout');
        document.querySelector('h1').textContent = 'Checkout';
      });
    </script>
  </body>
</html>`;
