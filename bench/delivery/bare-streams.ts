// The reference for event streams: Node's own server and nothing else. GET opens a stream; POST writes one event to
// every open stream, then answers. Runs as a process of its own; prints its port.
import { type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const streams = new Set<ServerResponse>();
let version = 0;
const event = (): string => `event: change\nid: ${version}\ndata: {"version":"${version}"}\n\n`;

const server = createServer((request, response) => {
  if (request.method === 'POST') {
    version += 1;
    for (const stream of streams) stream.write(event());
    response.end();
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  response.write(event());
  streams.add(response);
  response.once('close', () => streams.delete(response));
});

server.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ port: (server.address() as AddressInfo).port }));
});
