import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLog } from '#platform/log';
import { LogAppender, type Segment } from './log-appender.store.ts';
import { FRAME_BYTES, MAX_RECORD_BYTES } from './log-format.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'serin-appender-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

type Options = { sync?: () => Promise<void>; beforeClose?: () => Promise<void> };

async function anAppender({ sync, beforeClose }: Options) {
  const segment: Segment = { index: 1, bytes: 16, openedMs: 0, writtenMs: 0 };
  const file = await open(join(folder, 'segment'), 'w+');
  const close = file.close.bind(file);
  file.close = async () => {
    await beforeClose?.();
    await close();
  };
  const appender = new LogAppender({
    log: createLog('silent'),
    openNext: async () => ({ file, segment }),
    isFull: () => false,
    onDurable: () => undefined,
    ...(sync ? { sync } : {}),
  });
  return { appender, segment };
}

test('refuses a record that a reader would take for damage, and keeps the next', async () => {
  const { appender, segment } = await anAppender({});
  await expect(
    appender.append(Buffer.alloc(FRAME_BYTES + MAX_RECORD_BYTES + 1), 1),
  ).rejects.toMatchObject({ status: 413, code: 'payload_too_large' });
  expect(segment.bytes).toBe(16);
  await appender.append(Buffer.alloc(FRAME_BYTES + 5), 2);
  expect(segment.bytes).toBe(16 + FRAME_BYTES + 5);
  await appender.close();
});

test('what comes while a failed segment is closed waits for that', async () => {
  const closing = Promise.withResolvers<void>();
  const mayClose = Promise.withResolvers<void>();
  const { appender } = await anAppender({
    sync: () => Promise.reject(new Error('EIO')),
    beforeClose: () => {
      closing.resolve();
      return mayClose.promise;
    },
  });
  const failed = appender.append(Buffer.alloc(FRAME_BYTES + 5), 1).catch(() => 'refused');
  await closing.promise;
  const later = appender.append(Buffer.alloc(FRAME_BYTES + 5), 2).catch(() => 'refused');
  for (let turn = 0; turn < 5; turn += 1) await nextTurn();
  expect(appender.oldestQueuedMs()).toBe(1);
  mayClose.resolve();
  expect(await Promise.all([failed, later])).toEqual(['refused', 'refused']);
  await appender.close();
});
