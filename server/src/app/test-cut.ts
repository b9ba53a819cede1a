// A connection to PostgreSQL that tests can cut and mend: a port in front of the server's socket.
import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';

export type Cuttable = {
  /** The same database, through the port. */
  readonly url: string;
  /** As when the server is killed: open connections end, new ones are refused. */
  cut(): Promise<void>;
  /** As when it is back. */
  mend(): Promise<void>;
};

/** In front of a server on a unix socket, as the one of the test run is. */
export async function openCuttable(databaseUrl: string): Promise<Cuttable> {
  const { pathname, searchParams, username } = new URL(databaseUrl);
  const socketPath = `${searchParams.get('host')}/.s.PGSQL.5432`;
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  let port = 0;
  const mend = async (): Promise<void> => {
    const opened = createServer((client) => {
      const upstream = connect(socketPath);
      for (const socket of [client, upstream]) {
        sockets.add(socket);
        socket
          .on('error', () => undefined)
          .once('close', () => {
            sockets.delete(socket);
            client.destroy();
            upstream.destroy();
          });
      }
      client.pipe(upstream).pipe(client);
    });
    await new Promise<void>((resolve) => {
      opened.listen(port, '127.0.0.1', resolve);
    });
    ({ port } = opened.address() as AddressInfo);
    server = opened;
  };
  await mend();
  return {
    url: `postgresql://${username}@127.0.0.1:${port}${pathname}`,
    mend,
    cut: () =>
      new Promise((resolve) => {
        server?.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
