// What of the answers to a refused change the verbs of experiments take.
import type { Answers } from '../changes/asked.ts';

export const said = ({ reason }: Answers): { readonly reason?: string } =>
  reason === undefined ? {} : { reason };
