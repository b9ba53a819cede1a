// The document that plays recordings, apart from the app: a policy of its own lets nothing out, and it may live on
// another origin. It takes one port from whoever frames it (the policy says who may) and speaks through that alone.
import './player.css';
import { Playback } from './playback.ts';
import { type Command, CONNECT, type Report } from './protocol.ts';

function start(port: MessagePort): void {
  const room = document.getElementById('room');
  if (!room) throw new Error('The document has no #room.');
  const playback = new Playback(room, (report: Report) => port.postMessage(report));
  port.addEventListener('message', ({ data }: MessageEvent<Command>) => playback.obey(data));
  port.start();
  port.postMessage({ kind: 'ready' } satisfies Report);
}

addEventListener('message', function connect({ data, source, ports }: MessageEvent<unknown>) {
  const [port] = ports;
  if (data !== CONNECT || source !== window.parent || !port) return;
  removeEventListener('message', connect);
  start(port);
});
