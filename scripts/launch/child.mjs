// Runs a program for the launcher and lets nothing outlive it: signals are passed on, and the launcher
// waits for the program to end.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs `command` to its end; resolves to its exit code (128 + n when signal n ended it).
 * @param onStderr gets the standard error as text; without it the program has the launcher's own
 */
export async function runChild(command, args, { cwd, env, onStderr }) {
  const child = spawn(command, args, {
    cwd,
    env: env ?? process.env,
    stdio: ['inherit', 'inherit', onStderr ? 'pipe' : 'inherit'],
  });
  child.stderr?.setEncoding('utf8').on('data', onStderr);
  const handlers = SIGNALS.map((signal) => {
    const handler = () => {
      // A terminal sends Ctrl-C to the whole group: the child has it already.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    };
    process.on(signal, handler);
    return [signal, handler];
  });
  const stopWatching = onOrphaned(() => child.kill('SIGTERM'));
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
    });
  } finally {
    stopWatching();
    for (const [signal, handler] of handlers) process.off(signal, handler);
  }
}

/** Calls `stop` when npm, which started us, is gone without having passed a signal on. */
function onOrphaned(stop) {
  if (!process.env.npm_lifecycle_event) return () => undefined;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    stop();
  }, 1000);
  return () => clearInterval(timer);
}
