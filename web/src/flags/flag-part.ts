// The one thing that all parts of a flag page share.
import type { Flag } from '../api/flags.ts';
import type { Scope } from '../api/session.ts';

/** What every part of a flag's page is given: the stored flag, and whose eyes look at it. */
export type FlagPartProps = { readonly flag: Flag; readonly scope: Scope };
