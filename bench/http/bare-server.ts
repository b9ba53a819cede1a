// The reference for HTTP benchmarks: Node's own server, nothing else. It parses the same JSON body and
// answers a constant of the size given as first argument. Runs as a process of its own; prints its port.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const answer = JSON.stringify({ constant: 'x'.repeat(Number(process.argv[2]) - 15) });
const headers = {
  'content-type': 'application/json; charset=utf-8',
  'content-length': Buffer.byteLength(answer),
};

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    response.writeHead(typeof body === 'object' ? 200 : 400, headers);
    response.end(answer);
  });
});

server.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ port: (server.address() as AddressInfo).port }));
});
