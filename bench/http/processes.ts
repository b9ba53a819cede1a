// Starts the helper programs of HTTP benchmarks as processes of their own and reads their JSON.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { LoadResult, LoadTask } from './load.ts';

export type BareServer = { readonly port: number; stop(): Promise<void> };

/** Node's own HTTP server that answers a constant of `answerBytes` bytes. */
export async function startBareServer(answerBytes: number): Promise<BareServer> {
  const child = startProgram('./bare-server.ts', [String(answerBytes)]);
  const { port } = JSON.parse(await firstLine(child)) as { port: number };
  return {
    port,
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}

/** Runs one task of load to its end. */
export async function applyLoad(task: LoadTask): Promise<LoadResult> {
  const child = startProgram('./load.ts');
  // Not as an argument: the system limits those, and a batch of events is large.
  child.stdin?.end(JSON.stringify(task));
  const ended = once(child, 'exit');
  const line = await firstLine(child);
  await ended;
  return JSON.parse(line) as LoadResult;
}

/** A program beside this file, with its input and output to talk to. */
export function startProgram(
  program: string,
  args: readonly string[] = [],
  nodeArgs: readonly string[] = [],
): ChildProcess {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const stdio = ['pipe', 'pipe', 'inherit'] as const;
  return spawn(process.execPath, [...nodeArgs, path, ...args], { stdio: [...stdio] });
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('The child has no output.');
  for await (const line of createInterface(child.stdout)) return line;
  throw new Error(`The child ended without a result (exit status ${child.exitCode}).`);
}
