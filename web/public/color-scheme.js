// Sets the colour scheme before the first paint, so that dark mode never flashes white. A file of its
// own rather than an inline script, so that the page runs under a content security policy of 'self'.
(function () {
  var stored = null;
  try {
    stored = localStorage.getItem('serin-color-scheme');
  } catch {
    // Storage may be blocked; the system's preference is used then.
  }
  var dark =
    stored === 'dark' || (stored !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  var root = document.documentElement;
  root.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
  root.style.backgroundColor = dark ? '#0f1512' : '#f6f7f3';
})();
