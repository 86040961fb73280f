// Runs before the first paint and before any module. A file of its own: the page allows no inline script.
(function () {
  // The page forbids eval. Without this, zod would try to compile its schemas, and every try would be reported as a violation.
  globalThis.__zod_globalConfig = { jitless: true };
  // A chosen look must not flash.
  const root = document.documentElement;
  for (const name of ['theme', 'density', 'textSize', 'contrast', 'motion', 'rail', 'inspector']) {
    const value = localStorage.getItem(`latchkey.${name}`);
    if (value !== null) root.dataset[name] = value;
  }
})();
