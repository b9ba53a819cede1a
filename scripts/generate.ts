// Writes the documents that come from code: docs/openapi.json, docs/errors.md, docs/config.md. With
// `--check` it writes nothing and fails when one of them differs.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeConfig } from '../server/src/app/config.ts';
import { api } from '../server/src/app/contract.ts';
import { buildOpenApi } from '../server/src/app/openapi.ts';
import { ERRORS } from '../server/src/kernel/errors.ts';
import { root } from './root.ts';

const NOTE = '<!-- Written by `npm run generate`; do not edit. -->';

function errorsPage(): string {
  const rows = Object.entries(ERRORS).map(([code, entry]) => {
    const again = 'retryable' in entry ? 'yes' : 'no';
    return `| \`${code}\` | ${entry.status} | \`${entry.type}\` | ${entry.detail} | ${again} |`;
  });
  return `${NOTE}

# Errors

Every error is JSON of one shape: \`{type, code, detail, attr, request_id}\`. \`code\` is stable; \`detail\`
is for people and may say more than the text below; \`attr\` is the dotted path of the field at fault, or
null. \`request_id\` finds the request in the log.

| code | status | type | meaning | may the same request succeed later |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
}

function configPage(): string {
  const rows = describeConfig().map(
    ({ name, default: value, meaning }) =>
      `| \`${name}\` | ${value === '' ? '' : `\`${value}\``} | ${meaning} |`,
  );
  return `${NOTE}

# Settings

Read from the environment when the server starts; \`serin config\` prints them.

| name | default | meaning |
| --- | --- | --- |
${rows.join('\n')}
`;
}

function openApi(): string {
  const manifest = JSON.parse(readFileSync(join(root, 'server/package.json'), 'utf8')) as {
    version: string;
  };
  return `${JSON.stringify(buildOpenApi(api, manifest.version), null, 2)}\n`;
}

const pages: Record<string, string> = {
  'docs/openapi.json': openApi(),
  'docs/errors.md': errorsPage(),
  'docs/config.md': configPage(),
};

/** The text of a file, or nothing when it does not exist. */
function current(path: string): string | undefined {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return undefined;
  }
}

const stale = Object.entries(pages).filter(([path, text]) => current(path) !== text);
if (process.argv.includes('--check')) {
  for (const [path] of stale) console.error(`${path} is out of date; run \`npm run generate\`.`);
  if (stale.length > 0) process.exitCode = 1;
} else {
  mkdirSync(join(root, 'docs'), { recursive: true });
  for (const [path, text] of stale) {
    writeFileSync(join(root, path), text);
    console.log(`wrote ${path}`);
  }
}
