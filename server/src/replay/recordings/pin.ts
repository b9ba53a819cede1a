// A recording kept as evidence.

export type Pin = { readonly reason: string; readonly pinnedBy: string; readonly pinnedAt: Date };
