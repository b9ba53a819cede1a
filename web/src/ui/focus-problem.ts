// Leads to what is wrong with a form.

/** Focuses the first field with an error, once it has been drawn as one. */
export function focusFirstProblem(): void {
  requestAnimationFrame(() => {
    document.querySelector<HTMLElement>('main [aria-invalid="true"]')?.focus();
  });
}
