// How much of source maps is kept.

/** 30 MB of one map, as text: bundles of a few megabytes have maps of that size. */
export const MAX_MAP_BYTES = 30_000_000;
/** 40 MB of one upload, as JSON. */
export const MAX_UPLOAD_BYTES = 40_000_000;
/** Maps of one upload. */
export const MAX_UPLOAD_MAPS = 100;
/** 2 GB of a project, compressed. */
export const MAX_PROJECT_BYTES = 2_000_000_000;
