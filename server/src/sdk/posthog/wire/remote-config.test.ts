import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { remoteConfig, remoteConfigScript } from './remote-config.ts';

const OFF = { sessionRecording: false, captureDeadClicks: false } as const;

test('holds what posthog-js needs to be a literal, and no key that downloads unused scripts', () => {
  const config = remoteConfig('phc_a', OFF);
  expect(config.autocapture_opt_out).toBe(false);
  expect(config.hasFeatureFlags).toBe(true);
  expect(config.supportedCompression).toContain('gzip-js');
  expect(config.sessionRecording).toBe(false);
  expect(config).not.toHaveProperty('surveys');
  expect(config).not.toHaveProperty('quotaLimited');
});

test('the script leaves the configuration under its token and keeps others', () => {
  const window = { _POSTHOG_REMOTE_CONFIG: { other: 1 } as Record<string, unknown> };
  runInNewContext(remoteConfigScript('phc_a', OFF), { window });
  expect(window._POSTHOG_REMOTE_CONFIG).toEqual({
    other: 1,
    phc_a: { config: remoteConfig('phc_a', OFF), siteApps: [] },
  });
});

test('a hostile token stays text', () => {
  const script = remoteConfigScript('"</script><script>alert(1)//\u2028', OFF);
  expect(script).not.toContain('<');
  expect(script).not.toContain('\u2028');
});

test('a page follows its flags with what the script brings, and offers the same as a site app', () => {
  const opened: string[] = [];
  const timers: (() => void)[] = [];
  const posthog = { config: { token: 'phc_a', api_host: 'https://serin.test' } };
  const window = {
    posthog,
    document: { visibilityState: 'visible', addEventListener: () => undefined },
    addEventListener: () => undefined,
    setTimeout: (action: () => void) => timers.push(action),
    Math,
    JSON,
    EventSource: class {
      constructor(url: string) {
        opened.push(url);
      }
      addEventListener(): void {}
    },
    _POSTHOG_REMOTE_CONFIG: {} as Record<string, { siteApps: { init(app: object): object }[] }>,
  };
  runInNewContext(remoteConfigScript('phc_a', OFF, { version: '3.0' }), { window });
  for (const run of timers.splice(0)) run();
  expect(opened).toEqual(['https://serin.test/flags/stream?token=phc_a&last_event_id=3.0']);
  const answered: boolean[] = [];
  const [app] = window._POSTHOG_REMOTE_CONFIG['phc_a']?.siteApps ?? [];
  expect(app?.init({ posthog, callback: (isLoaded: boolean) => answered.push(isLoaded) })).toEqual(
    {},
  );
  expect(answered).toEqual([true]);
  expect(opened).toHaveLength(1);
});
