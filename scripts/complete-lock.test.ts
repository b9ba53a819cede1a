import { expect, test } from 'vitest';
import { missingPlatformPackages } from './complete-lock.ts';

test('finds the platform packages that the lock leaves out, with the platform their name tells', () => {
  const lock = {
    packages: {
      '': {},
      'node_modules/tool': {
        dev: true,
        optionalDependencies: {
          '@tool/linux-x64-musl': '1.0.0',
          '@tool/darwin-arm64': '1.0.0',
          here: '2.0.0',
        },
      },
      'node_modules/tool/node_modules/here': { version: '2.0.0' },
    },
  };
  expect(missingPlatformPackages(lock)).toEqual({
    'node_modules/@tool/linux-x64-musl': {
      version: '1.0.0',
      dev: true,
      optional: true,
      cpu: ['x64'],
      os: ['linux'],
      libc: ['musl'],
    },
    'node_modules/@tool/darwin-arm64': {
      version: '1.0.0',
      dev: true,
      optional: true,
      cpu: ['arm64'],
      os: ['darwin'],
    },
  });
});
