// What a Node process holds, once garbage is collected: asked for through its inspector, which is opened for that.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export type Held = {
  /** Objects of JavaScript. Bytes. */
  readonly heap: number;
  /** All memory that is the process's own, native parts included. Bytes; needs Linux. */
  readonly all: number;
};

/** Collects the garbage of a process that was started with `--inspect-port`, and looks at the rest. */
export async function heldBy(pid: number, inspectPort: number): Promise<Held> {
  process.kill(pid, 'SIGUSR1');
  const socket = new WebSocket(await debuggerUrl(inspectPort));
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', reject);
  });
  const answers = new Map<number, (result: { result?: { value?: unknown } }) => void>();
  socket.addEventListener('message', ({ data }) => {
    const { id, result } = JSON.parse(String(data)) as { id: number; result: object };
    answers.get(id)?.(result);
  });
  const ask = (method: string, params: object = {}): Promise<{ result?: { value?: unknown } }> => {
    const id = answers.size;
    return new Promise((resolve) => {
      answers.set(id, resolve);
      socket.send(JSON.stringify({ id, method, params }));
    });
  };
  await ask('HeapProfiler.collectGarbage');
  const used = await ask('Runtime.evaluate', { expression: 'process.memoryUsage().heapUsed' });
  socket.close();
  return { heap: Number(used.result?.value), all: privateBytes(pid) };
}

async function debuggerUrl(port: number): Promise<string> {
  for (;;) {
    const list = await fetch(`http://127.0.0.1:${port}/json/list`).catch(() => undefined);
    const [target] = list ? ((await list.json()) as { webSocketDebuggerUrl: string }[]) : [];
    if (target) return target.webSocketDebuggerUrl;
    await sleep(50);
  }
}

function privateBytes(pid: number): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const kib = [...rollup.matchAll(/^Private_\w+:\s+(\d+) kB/gm)].map(([, text]) => Number(text));
  return kib.reduce((sum, one) => sum + one, 0) * 1024;
}
