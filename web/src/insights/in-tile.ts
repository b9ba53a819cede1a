// Whether an answer stands in a tile of a dashboard: there the chart is all, without its table.
import { createContext } from 'react';

export const InTile = createContext(false);
