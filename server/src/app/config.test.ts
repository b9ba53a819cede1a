import { expect, test } from 'vitest';
import { ConfigError, describeConfig, readConfig } from './config.ts';

test('without settings everything has a default and the stores are embedded', () => {
  const config = readConfig({});
  expect(config).toMatchObject({ host: '127.0.0.1', port: 8000, timeScale: 1 });
  expect(config.databaseUrl).toBeUndefined();
  expect(config.clickhouseUrl).toBeUndefined();
});

test.each([
  ['PORT', '80x'],
  ['PORT', '70000'],
  ['DATABASE_URL', 'not a url'],
  ['SERIN_TIME_SCALE', '0'],
  ['SERIN_BOOTSTRAP_PROJECT_TOKEN', 'abc'],
])('refuses %s=%s by name', (name, value) => {
  expect(() => readConfig({ [name]: value })).toThrow(ConfigError);
  expect(() => readConfig({ [name]: value })).toThrow(name);
});

test('an empty variable counts as absent', () => {
  expect(readConfig({ PORT: '' }).port).toBe(8000);
});

test('a half bootstrap is refused', () => {
  expect(() => readConfig({ SERIN_BOOTSTRAP_EMAIL: 'a@b.co' })).toThrow(ConfigError);
  expect(() => readConfig({ SERIN_BOOTSTRAP_PERSONAL_API_KEY: `phx_${'a'.repeat(20)}` })).toThrow(
    'SERIN_BOOTSTRAP_EMAIL',
  );
});

test('describes every setting', () => {
  const settings = describeConfig();
  expect(settings.length).toBeGreaterThan(8);
  for (const { meaning } of settings) expect(meaning).not.toBe('');
});
