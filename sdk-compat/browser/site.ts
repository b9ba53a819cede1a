// A web site of its own, on another origin than Serin, whose pages use posthog-js: from the script tag,
// or bundled from npm as applications do.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type Rolldown, build } from 'vite';

export type Site = {
  /** Address of a page, with the settings that its script will find in `window.settings`. */
  page(name: PageName, settings: PageSettings): string;
  /** The script of a page as it is served, with its source map where it is built small. */
  script(name: keyof typeof BUNDLED): Promise<Script>;
  close(): Promise<void>;
};

type Script = { readonly code: string; readonly map: string };

type PageSettings = {
  readonly serinUrl: string;
  readonly token: string;
  /** Beside those that every page has. */
  readonly options?: Readonly<Record<string, unknown>>;
  readonly flags?: Readonly<Record<string, string>>;
};

const BUNDLED = {
  crash: 'crash.js',
  npm: 'npm.js',
  'npm-no-global': 'npm-no-global.js',
  'npm-1-130': 'npm-1-130.js',
  'npm-1-250': 'npm-1-250.js',
  react: 'react.jsx',
  'openfeature-web': 'openfeature-web.js',
  'openfeature-react': 'openfeature-react.jsx',
} as const;
type PageName = keyof typeof BUNDLED | 'snippet';

/** Starts the site on a free port of `localhost` (Serin is asked at 127.0.0.1: another origin). */
export async function openSite(): Promise<Site> {
  const bundles = new Map<string, Promise<Script>>();
  const script = (name: keyof typeof BUNDLED): Promise<Script> => {
    const source = BUNDLED[name];
    const built = bundles.get(source) ?? bundle(source);
    bundles.set(source, built);
    return built;
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const name = url.pathname.slice(1);
    const answer = async (): Promise<[type: string, body: string]> => {
      if (name.endsWith('.bundle.js')) {
        const { code } = await script(name.slice(0, -'.bundle.js'.length) as keyof typeof BUNDLED);
        return ['text/javascript', code];
      }
      return ['text/html; charset=utf-8', html(name, url.searchParams.get('settings') ?? '{}')];
    };
    answer()
      .then(([type, body]) => response.writeHead(200, { 'content-type': type }).end(body))
      .catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, 'localhost', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    page(name, settings) {
      const query = new URLSearchParams({ settings: JSON.stringify(withDefaults(settings)) });
      return `http://localhost:${port}/${name}?${query.toString()}`;
    },
    script,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function withDefaults({ serinUrl, token, options, flags }: PageSettings) {
  return {
    serinUrl,
    token,
    flags: flags ?? {},
    options: {
      api_host: serinUrl,
      // An automated Chromium counts as a bot otherwise, and bots send no event.
      opt_out_useragent_filter: true,
      request_queue_config: { flush_interval_ms: 250 },
      ...options,
    },
  };
}

function html(name: string, settings: string): string {
  const safeSettings = settings.replaceAll('<', '\\u003c');
  const script =
    name === 'snippet'
      ? `<script>${SNIPPET}</script>`
      : `<script type="module" src="/${name}.bundle.js"></script>`;
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <link rel="icon" href="data:," />
    <title>Shop</title>
    <script>window.settings = ${safeSettings};</script>
    ${script}
  </head>
  <body>
    <div id="app"></div>
    <button id="buy" class="primary">Buy now</button>
    <button id="fail" onclick="setTimeout(() => { throw new TypeError('no price'); })">Fail</button>
  </body>
</html>`;
}

/** What a page with the script tag does: queue calls, then load the library from Serin. */
const SNIPPET = `
  window.posthog = [];
  posthog._i = [];
  for (const name of ['capture', 'identify', 'onFeatureFlags']) {
    posthog[name] = (...args) => posthog.push([name, ...args]);
  }
  posthog._i.push([settings.token, settings.options, 'posthog']);
  posthog.capture('queued before the library');
  const script = document.createElement('script');
  script.async = true;
  script.crossOrigin = 'anonymous';
  script.src = settings.serinUrl + '/static/array.js';
  document.head.append(script);
`;

async function bundle(source: string): Promise<Script> {
  const isSmall = source === BUNDLED.crash;
  const result = await build({
    configFile: false,
    logLevel: 'error',
    root: fileURLToPath(new URL('./pages', import.meta.url)),
    build: {
      write: false,
      minify: isSmall,
      sourcemap: isSmall && 'hidden',
      rolldownOptions: {
        input: fileURLToPath(new URL(`./pages/${source}`, import.meta.url)),
        output: { format: 'es', codeSplitting: false },
      },
    },
  });
  const { output } = (Array.isArray(result) ? result[0] : result) as Rolldown.RolldownOutput;
  const chunk = output.find((file) => file.type === 'chunk');
  if (!chunk) throw new Error(`${source} gave no bundle.`);
  return { code: chunk.code, map: chunk.map?.toString() ?? '' };
}
