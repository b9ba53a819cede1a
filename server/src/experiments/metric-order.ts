// In which order metrics are told: as people put them on the page of results; what is new comes last.

type Orders = {
  /** Ids of goals; null: as they were added. */
  readonly primaryOrder: readonly string[] | null;
  readonly secondaryOrder: readonly string[] | null;
};

type Told = { readonly metric: { readonly uuid: string }; readonly isGoal: boolean };

export function ordered<T extends Told>(
  measured: readonly T[],
  { primaryOrder, secondaryOrder }: Orders,
): T[] {
  const place = ({ metric, isGoal }: T): number => {
    const at = ((isGoal ? primaryOrder : secondaryOrder) ?? []).indexOf(metric.uuid);
    return at < 0 ? Number.MAX_SAFE_INTEGER : at;
  };
  return measured.toSorted(
    (a, b) => Number(b.isGoal) - Number(a.isGoal) || Math.sign(place(a) - place(b)),
  );
}
