// The program of the embedded event store: chDB behind ClickHouse's HTTP interface on a unix socket. It is
// a process of its own because a crash, a heavy query or a leak of the engine must not touch the process
// that answers flags. It leaves at once, even in the middle of a query, when Serin is gone.
import { rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { openEngine } from './chdb-engine.ts';
import { chdbListener } from './chdb-http.ts';
import { createLanes } from './lanes.ts';

const [folder = '', socketPath = '', memoryText = ''] = process.argv.slice(2);
const memoryBytes = Number(memoryText);

/** Ends the process without running destructors: those of the engine crash while a query runs. */
const leave = (): void => {
  process.kill(process.pid, 'SIGKILL');
};
process.on('disconnect', leave);

const engine = openEngine(folder, [
  `--max_server_memory_usage=${memoryBytes}`,
  `--mark_cache_size=${128 * 1024 * 1024}`,
]);
const server = createServer(
  // Addresses hold the statement and its parameters. Idle connections stay: their number is the client's.
  { maxHeaderSize: 4 * 1024 * 1024, requestTimeout: 0, keepAliveTimeout: 0 },
  chdbListener({
    engine,
    lanes: createLanes({ insert: 3, decision: 3, question: 6 }),
    defaults: {
      async_insert: '0',
      max_memory_usage: String(Math.floor(memoryBytes * 0.6)),
      max_execution_time: '60',
    },
    maxBodyBytes: 256 * 1024 * 1024,
  }),
);

process.on('message', (message) => {
  if (message !== 'stop') return;
  // Answers what was asked, takes nothing new, closes the files.
  server.close(() => {
    engine.close();
    leave();
  });
  // A connection that was busy until now is idle only after its answer.
  setInterval(() => server.closeIdleConnections(), 20);
});

rmSync(socketPath, { force: true });
server.listen(socketPath, () => process.send?.('ready'));
