// A program of the demo that runs beside it: started, waited for, stopped.
import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { root } from '../root.ts';

export type Program = {
  /** Where it says it is ready. */
  readonly url: string;
  /** Asks it to stop; resolves once it has ended. */
  stop(): Promise<void>;
  /** Resolves when it ends, wanted or not. */
  readonly ended: Promise<void>;
};

/** A start that takes longer is given up: embedded stores need seconds, on a busy machine many. */
const START_LIMIT_MS = 120_000;
const READY = /ready at (http:\/\/\S+)/;

/** Starts `node <script> …` with extra environment and waits until it says where it is ready. */
export async function startProgram(
  name: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Program> {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // In a group of its own: Ctrl-C comes to the demo, which stops its programs in order.
    detached: true,
  });
  child.stderr.pipe(process.stderr);
  // However the demo ends, its programs are asked to.
  const askToStop = () => child.kill('SIGTERM');
  process.once('exit', askToStop);
  const ended = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('close', () => resolve());
  });
  void ended.then(() => process.off('exit', askToStop));
  const stop = async () => {
    askToStop();
    await ended;
  };
  try {
    return { url: await readUrl(name, child.stdout, ended), stop, ended };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The address that the program prints when it is ready. */
function readUrl(name: string, stdout: Readable, ended: Promise<void>): Promise<string> {
  let output = '';
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`${name} ${why}\n${output.trim()}`));
    const timer = setTimeout(() => fail('did not get ready in time'), START_LIMIT_MS);
    void ended.then(() => {
      clearTimeout(timer);
      fail('ended before it was ready');
    });
    stdout.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-20_000);
      const url = READY.exec(output)?.[1];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(url);
    });
  });
}
