// Canvases of a recording. The frame runs no scripts, so a canvas in it shows its fallback content: pictures are drawn
// here, outside, and put there as an image. Only what the recorder writes is understood (a whole frame as an image
// bitmap): rrweb's own way replays any call with any arguments, and needs scripts in the frame.
import type { Replayer, ReplayPlugin } from 'posthog-js/rrweb';
import { isFields, numberOf, SOURCE, textOf, TYPE } from '../recording/rrweb-event.ts';

/** Recorders send at most this many pixels a side; more would be an attack on memory. */
const MAX_SIDE = 4096;
const IMAGE = /^image\/(webp|png|jpeg)$/;

/** Draws the newest frame of each canvas; older ones of a seek are passed over. */
export class CanvasPictures {
  readonly #urls = new Map<number, string>();
  readonly #newest = new Map<number, Blob>();
  readonly #busy = new Set<number>();
  #replayer: Replayer | undefined;

  readonly plugin: ReplayPlugin = {
    handler: (event, _isSync, { replayer }) => {
      this.#replayer = replayer;
      if (event.type !== TYPE.incremental || event.data.source !== SOURCE.canvas) return;
      const frame = frameOf(event.data);
      if (!frame) return;
      this.#newest.set(frame.id, frame.blob);
      void this.#draw(frame.id);
    },
  };

  /** The frame was rebuilt: puts the pictures back. */
  restore(): void {
    for (const [id, url] of this.#urls) this.#place(id, url);
  }

  /** All pictures are of another time now. */
  clear(): void {
    for (const url of this.#urls.values()) URL.revokeObjectURL(url);
    this.#urls.clear();
    this.#newest.clear();
  }

  async #draw(id: number): Promise<void> {
    if (this.#busy.has(id)) return;
    this.#busy.add(id);
    for (let blob = this.#take(id); blob; blob = this.#take(id)) {
      const picture = await redrawn(blob).catch(() => undefined);
      // A newer one has come, or time was turned back, while this one was drawn.
      if (!picture || this.#newest.has(id)) continue;
      const old = this.#urls.get(id);
      const url = URL.createObjectURL(picture);
      this.#urls.set(id, url);
      this.#place(id, url);
      if (old) URL.revokeObjectURL(old);
    }
    this.#busy.delete(id);
  }

  #take(id: number): Blob | undefined {
    const blob = this.#newest.get(id);
    this.#newest.delete(id);
    return blob;
  }

  #place(id: number, url: string): void {
    const canvas = this.#replayer?.getMirror().getNode(id) as HTMLElement | null | undefined;
    if (canvas?.nodeName !== 'CANVAS') return;
    const image = canvas.querySelector('img') ?? canvas.ownerDocument.createElement('img');
    image.src = url;
    image.style.cssText = 'display:block;width:100%;height:100%';
    if (!image.parentNode) canvas.replaceChildren(image);
  }
}

/** The last picture of a mutation: `drawImage(ImageBitmap(Blob(ArrayBuffer)))`. */
function frameOf(data: unknown): { id: number; blob: Blob } | undefined {
  if (!isFields(data)) return undefined;
  const id = numberOf(data['id']);
  const commands: unknown[] = Array.isArray(data['commands']) ? data['commands'] : [data];
  const draw = commands.findLast(
    (command) => isFields(command) && command['property'] === 'drawImage',
  );
  const [bitmap] = isFields(draw) && Array.isArray(draw['args']) ? draw['args'] : [];
  const [blob] = argsOf(bitmap, 'ImageBitmap', 'args');
  const [buffer] = argsOf(blob, 'Blob', 'data');
  if (id === undefined || !isFields(blob) || !isFields(buffer)) return undefined;
  const type = textOf(blob['type']) || 'image/webp';
  if (!IMAGE.test(type)) return undefined;
  const bytes = bytesOf(textOf(buffer['base64']));
  return bytes && { id, blob: new Blob([bytes], { type }) };
}

function argsOf(value: unknown, type: string, field: string): unknown[] {
  if (!isFields(value) || value['rr_type'] !== type) return [];
  const args = value[field];
  return Array.isArray(args) ? args : [];
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/** The picture, and nothing else that may be in the recorded bytes. */
async function redrawn(blob: Blob): Promise<Blob | undefined> {
  const bitmap = await createImageBitmap(blob);
  try {
    const { width, height } = bitmap;
    if (width > MAX_SIDE || height > MAX_SIDE) return undefined;
    const canvas = new OffscreenCanvas(width, height);
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
    return await canvas.convertToBlob({ type: 'image/webp' });
  } finally {
    bitmap.close();
  }
}
