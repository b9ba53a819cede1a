import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { remoteConfig, remoteConfigScript } from './remote-config.ts';

test('holds what posthog-js needs to be a literal, and no key that downloads unused scripts', () => {
  const config = remoteConfig('phc_a');
  expect(config.autocapture_opt_out).toBe(false);
  expect(config.hasFeatureFlags).toBe(true);
  expect(config.supportedCompression).toContain('gzip-js');
  expect(config.sessionRecording).toBe(false);
  expect(config).not.toHaveProperty('surveys');
  expect(config).not.toHaveProperty('quotaLimited');
});

test('the script leaves the configuration under its token and keeps others', () => {
  const window = { _POSTHOG_REMOTE_CONFIG: { other: 1 } as Record<string, unknown> };
  runInNewContext(remoteConfigScript('phc_a'), { window });
  expect(window._POSTHOG_REMOTE_CONFIG).toEqual({
    other: 1,
    phc_a: { config: remoteConfig('phc_a'), siteApps: [] },
  });
});

test('a hostile token stays text', () => {
  const script = remoteConfigScript('"</script><script>alert(1)//\u2028');
  expect(script).not.toContain('<');
  expect(script).not.toContain('\u2028');
});
