// Ends an engine that cannot notice by itself that Serin was killed. A shell waits on a pipe that only
// Serin holds; the system closes it however Serin ends, and the shell then asks the engine to leave.
import { type ChildProcess, spawn } from 'node:child_process';

/** $1: process to end. Asks (SIGINT) and waits 10 s, insists (SIGQUIT) and waits 5 s, then kills. */
const SCRIPT = `
read -r _
wait_for() { n=0; while kill -0 "$1" 2> /dev/null && [ "$n" -lt "$2" ]; do sleep 0.1; n=$((n + 1)); done; }
kill -INT "$1" 2> /dev/null || exit 0
kill -CONT "$1" 2> /dev/null
wait_for "$1" 100
kill -QUIT "$1" 2> /dev/null || exit 0
wait_for "$1" 50
kill -KILL "$1" 2> /dev/null`;

/** Guards a running child until it ends or this process does. */
export function guard(child: ChildProcess): void {
  if (child.pid === undefined) return;
  const shell = spawn('/bin/sh', ['-c', SCRIPT, 'serin-guardian', String(child.pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Without a guardian the next start ends what was left behind.
  shell.on('error', () => {});
  shell.stdin.on('error', () => {});
  shell.unref();
  child.once('exit', () => {
    shell.kill('SIGKILL');
    shell.stdin.destroy();
  });
}
