import { appendFile, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  readSavedList,
  removeSavedList,
  savedListNames,
  writeSavedList,
} from './saved-list.store.ts';

let folder: string;
const list = (lines: unknown[]) => ({ savedAtMs: 1234, header: { of: 'flags' }, lines });
const pathOf = (name: string) => join(folder, `${name}.jsonl`);

beforeAll(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'serin-saved-')), 'made when needed');
});

afterAll(() => rm(join(folder, '..'), { recursive: true, force: true }));

test.each([0, 1, 199, 200, 1001])('%d lines come back as they were', async (count) => {
  const lines = Array.from({ length: count }, (_, i) => ({ i, text: `ä "${i}"\n\u2028` }));
  await writeSavedList(folder, 'many', list(lines));
  expect(await readSavedList(folder, 'many')).toEqual({ ...list(lines) });
});

test('a later list takes the place of the earlier, and leaves nothing beside it', async () => {
  await writeSavedList(folder, 'again', list([1, 2, 3]));
  await writeSavedList(folder, 'again', list([4]));
  expect((await readSavedList(folder, 'again')).lines).toEqual([4]);
  expect((await readdir(folder)).filter((file) => file.endsWith('.new'))).toEqual([]);
});

test('what is damaged, cut off or absent is not believed', async () => {
  await expect(readSavedList(folder, 'absent')).rejects.toThrow('ENOENT');
  await writeSavedList(folder, 'hurt', list(['one', 'two']));
  const whole = await readFile(pathOf('hurt'), 'utf8');
  const hurts = {
    damaged: whole.replace('two', 'tvo'),
    'cut off': whole.slice(0, -40),
    'without its end': whole.slice(0, whole.indexOf('"two"')),
    empty: '',
    noise: 'not a list\n',
  };
  for (const [name, text] of Object.entries(hurts)) {
    await writeFile(pathOf('hurt'), text);
    await expect(readSavedList(folder, 'hurt'), name).rejects.toThrow('damaged');
  }
  await writeFile(pathOf('hurt'), whole);
  expect((await readSavedList(folder, 'hurt')).lines).toEqual(['one', 'two']);
  await appendFile(pathOf('hurt'), 'more\n');
  await expect(readSavedList(folder, 'hurt')).rejects.toThrow('damaged');
});

test('lists are named, and removed', async () => {
  await writeSavedList(folder, 'gone', list([]));
  expect(await savedListNames(folder)).toContain('gone');
  await removeSavedList(folder, 'gone');
  await removeSavedList(folder, 'gone');
  expect(await savedListNames(folder)).not.toContain('gone');
  expect(await savedListNames(join(folder, 'nowhere'))).toEqual([]);
});
