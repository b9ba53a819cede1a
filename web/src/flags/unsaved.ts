// What is edited but not saved, for the parts of the page that look at it as if it were.
import { createContext, useContext } from 'react';
import type { changeOf } from './draft-body.ts';

/** What differs from the stored flag; null without edits. */
export type Unsaved = ReturnType<typeof changeOf> | null;

export const UnsavedChange = createContext<Unsaved>(null);
export const useUnsaved = (): Unsaved => useContext(UnsavedChange);
