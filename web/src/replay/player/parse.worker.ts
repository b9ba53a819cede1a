// Reads chunks away from the thread that draws: a full snapshot is megabytes of JSON.
import { type Parsed, parseChunk } from './parse.ts';

export type ParseRequest = {
  readonly id: string;
  readonly windowId: string;
  readonly bytes: ArrayBuffer;
};
export type ParseAnswer = Parsed & { readonly id: string };

addEventListener('message', ({ data }: MessageEvent<ParseRequest>) => {
  const answer: ParseAnswer = { id: data.id, ...parseChunk(data.windowId, data.bytes) };
  postMessage(answer);
});
