// For work on Serin itself: the server, restarted when its files change, and the web app with hot reload.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { root } from './root.ts';

const WEB_PORT = 5173;

function start(args: readonly string[], folder: string): ChildProcess {
  return spawn(process.execPath, args, { cwd: folder, stdio: 'inherit' });
}

const children = [
  start(['--watch', '--watch-preserve-output', 'server/bin/serin.js', 'serve'], root),
  start(['../node_modules/vite/bin/vite.js', '--port', String(WEB_PORT)], `${root}/web`),
];

let isStopping = false;

/** One ends, all end. */
function stopAll(signal: NodeJS.Signals): void {
  isStopping = true;
  for (const child of children) child.kill(signal);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopAll(signal));
for (const child of children) {
  child.once('exit', (code) => {
    if (isStopping) return;
    process.exitCode = code ?? 1;
    stopAll('SIGTERM');
  });
}
