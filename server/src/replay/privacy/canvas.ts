// Drawing on a canvas as a page recorded it. A player makes the objects that arguments name by their class, in its own
// page: `Worker` or `Function` there would be the recording's code.
import { isJsonObject } from '#kernel/json';

const CLASSES: ReadonlySet<string> = new Set([
  'ImageBitmap',
  'ImageData',
  'Blob',
  'ArrayBuffer',
  'DOMMatrix',
  'Path2D',
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
]);
/** rrweb names objects of WebGL by class and number. */
const WEBGL = /^WebGL\w{0,40}$/;
const MAX_ARGUMENTS = 10_000;
/** The drawing interfaces have no member with other characters, nor these. */
const MEMBER = /^(?!constructor$|prototype$|__)[a-zA-Z][a-zA-Z0-9]{0,60}$/;

/** The commands that may be kept. */
export function safeCommands(commands: unknown): unknown[] {
  if (!Array.isArray(commands)) return [];
  return (commands as unknown[]).filter(isSafeCommand);
}

/** A single command may be the whole event (old recorders). */
export function isSafeCommand(command: unknown): boolean {
  if (!isJsonObject(command)) return false;
  const { property, args } = command;
  return typeof property === 'string' && MEMBER.test(property) && areSafe(args);
}

function areSafe(args: unknown): boolean {
  const places: unknown[] = [args];
  for (let seen = 0; places.length > 0; seen += 1) {
    if (seen > MAX_ARGUMENTS) return false;
    const value = places.pop();
    if (Array.isArray(value)) {
      if (value.length > MAX_ARGUMENTS) return false;
      places.push(...(value as unknown[]));
    } else if (isJsonObject(value)) {
      const name = value['rr_type'];
      const isKnown =
        name === undefined || (typeof name === 'string' && (CLASSES.has(name) || WEBGL.test(name)));
      // An image would be asked for by the page of whoever watches.
      if (!isKnown || 'src' in value || Object.hasOwn(value, '__proto__')) return false;
      places.push(...Object.values(value));
    }
  }
  return true;
}
