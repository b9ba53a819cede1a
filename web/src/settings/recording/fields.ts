// What the parts of the form share.
import type { ResponseOf } from '../../api/client.ts';

export type Saved = ResponseOf<'recordingSettings.get'>;

export type FieldsProps = {
  readonly draft: Saved;
  readonly set: (change: Partial<Saved>) => void;
  /** Of the last attempt to save. */
  readonly error: unknown;
};
