// The bird.

/** The mark alone; decorative, since the name stands beside it or in a label. */
export function Logo({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden focusable="false">
      <rect width="32" height="32" rx="8" fill="#0e4a35" />
      <path
        d="M3.5 25.5 10 17.6c1-5.4 4.6-9.6 9.6-9.6 3.4 0 5.9 1.9 6.6 4.8l2.9 1.2-2.7 1.7c-.3 6-4.6 10.3-10.6 10.3-2.5 0-4.5-.6-6-1.6z"
        fill="#f0d11f"
      />
      <path d="M10.2 19.4c3.4-3 7.3-3.7 10.6-2.2-1 4-4.6 6.7-9 6.4z" fill="#b39706" />
      <circle cx="21.7" cy="12.2" r="1.35" fill="#083526" />
    </svg>
  );
}
