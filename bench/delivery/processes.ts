// Starts the programs of the delivery benchmarks and talks to them.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { type RunningSerin, type StartOptions, startSerin } from '../../sdk-compat/server.ts';
import { startProgram } from '../http/processes.ts';
import type { ListenTask } from './listeners.ts';
import { freePort } from '../free-port.ts';
import { type Held, heldBy } from './memory.ts';

/** 60 s: nothing that is waited for here takes so long. */
const PATIENCE_MS = 60_000;

export type Listeners = {
  /** Lets every client forget what it has heard; resolves when `heard` may be asked for. */
  arm(): Promise<void>;
  /** When each client has heard of the next change: milliseconds of the common clock. */
  heard(): Promise<number[]>;
  close(): Promise<void>;
};

/** Resolves once all clients wait. */
export async function openListeners(task: ListenTask): Promise<Listeners> {
  const child = startProgram('../delivery/listeners.ts');
  const next = linesOf(child);
  child.stdin?.write(`${JSON.stringify(task)}\n`);
  await next();
  return {
    arm: async () => {
      child.stdin?.write('\n');
      await next();
    },
    heard: async () => JSON.parse(await next()) as number[],
    close: () => end(child),
  };
}

export type BareStreams = {
  readonly port: number;
  held(): Promise<Held>;
  stop(): Promise<void>;
};

/** Node's own server of event streams. */
export async function startBareStreams(): Promise<BareStreams> {
  const inspectPort = await freePort();
  const child = startProgram(
    '../delivery/bare-streams.ts',
    [],
    [`--inspect-port=${inspectPort}`, '--inspect-publish-uid=http'],
  );
  const { port } = JSON.parse(await linesOf(child)()) as { port: number };
  const pid = child.pid as number;
  return { port, held: () => heldBy(pid, inspectPort), stop: () => end(child) };
}

export type InspectedSerin = RunningSerin & { held(): Promise<Held> };

/** Serin, whose memory may be looked into. */
export async function startInspectedSerin(options: StartOptions = {}): Promise<InspectedSerin> {
  const inspectPort = await freePort();
  const env = { NODE_OPTIONS: `--inspect-port=${inspectPort}` };
  const serin = await startSerin({ ...options, env });
  return { ...serin, held: () => heldBy(serin.pid, inspectPort) };
}

function linesOf(child: ChildProcess): () => Promise<string> {
  if (!child.stdout) throw new Error('The child has no output.');
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return async () => {
    const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
    const { done, value } = await lines.next();
    clearTimeout(timer);
    if (done === true) throw new Error('A program of the benchmark ended early.');
    return value;
  };
}

async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
