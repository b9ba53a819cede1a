// What an issue is called, taken from one of its exceptions.
import type { Exception, Frame } from './exception.ts';
import { tellingFrames } from './signature.ts';

export type Title = {
  /** The type, such as `TypeError`. */
  readonly name: string;
  readonly description: string;
  /** Function and file of the innermost frame of the app; empty without one. */
  readonly place: string;
};

const MAX_DESCRIPTION_CHARS = 500;
const MAX_PLACE_CHARS = 300;

export function titleOf([first]: readonly Exception[]): Title {
  const [innermost] = tellingFrames(first?.frames ?? []);
  return {
    name: first?.type ?? 'Error',
    description: (first?.message ?? '').slice(0, MAX_DESCRIPTION_CHARS),
    place: innermost ? placeWords(innermost).slice(0, MAX_PLACE_CHARS) : '',
  };
}

function placeWords({ function: name, file, module }: Frame): string {
  const where = file.replace(/[?#].*$/su, '') || module;
  return name === '' ? where : `${name} in ${where}`;
}
