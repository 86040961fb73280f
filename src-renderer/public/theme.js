// Before the first paint, so that a chosen theme never flashes. A file of its own: the page allows no inline script.
(function () {
  const root = document.documentElement;
  for (const [name, key] of [
    ['theme', 'latchkey.theme'],
    ['density', 'latchkey.density'],
    ['textSize', 'latchkey.textSize'],
  ]) {
    const value = localStorage.getItem(key);
    if (value !== null) root.dataset[name] = value;
  }
})();
