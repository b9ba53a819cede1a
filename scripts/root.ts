// Where the checkout is, for scripts that run on the pinned Node.
import { dirname } from 'node:path';

/** The root folder of the checkout. */
export const root = dirname(import.meta.dirname);
