/** What a self-opening page runs. Plain text of a script, since the page must work from a folder, without network and build. It
 *  reads the words, derives the key, shows the secret on request, and leaves nothing anywhere: closing the page forgets it. */
export const PAGE_SCRIPT = `(() => {
'use strict';
const one = (id) => document.getElementById(id);
const form = one('form'), words = one('words'), open = one('open'), status = one('status');
const result = one('result'), secret = one('secret'), show = one('show'), copy = one('copy'), said = one('said');
const content = JSON.parse(form.dataset.content);
const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const tidy = (typed) => typed.toLowerCase().split(/[^a-z]+/).filter((word) => word !== '').join('-');
let text = '';
const decrypt = async (passphrase) => {
  const raw = new TextEncoder().encode(passphrase);
  const base = await crypto.subtle.importKey('raw', raw, 'PBKDF2', false, ['deriveKey']);
  const how = { name: 'PBKDF2', hash: 'SHA-256', salt: bytes(content.salt), iterations: content.rounds };
  const key = await crypto.subtle.deriveKey(how, base, { name: 'AES-GCM', length: 256 }, false, ['decrypt']);
  const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: bytes(content.nonce) }, key, bytes(content.body));
  return new TextDecoder().decode(plain);
};
const draw = (isShown) => {
  secret.textContent = isShown ? text : '\\u2022'.repeat(24);
  secret.setAttribute('aria-label', isShown ? 'The key' : 'The key, hidden');
  show.textContent = isShown ? 'Hide' : 'Show';
  show.setAttribute('aria-pressed', String(isShown));
};
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  words.removeAttribute('aria-invalid');
  if (!globalThis.crypto || !crypto.subtle) {
    status.textContent = 'This browser cannot open it here. Open the file with a current Chrome, Edge, Firefox or Safari.';
    return;
  }
  open.disabled = true;
  status.textContent = 'Opening\\u2026 This takes a moment.';
  try {
    text = await decrypt(tidy(words.value));
  } catch {
    status.textContent = 'These words do not open it. Look for a slip, or ask the sender to read them again.';
    words.setAttribute('aria-invalid', 'true');
    open.disabled = false;
    words.focus();
    return;
  }
  words.value = '';
  form.hidden = true;
  result.hidden = false;
  draw(false);
  one('opened').focus();
});
show.addEventListener('click', () => draw(show.getAttribute('aria-pressed') !== 'true'));
copy.addEventListener('click', async () => {
  try {
    await navigator.clipboard.writeText(text);
    said.textContent = 'Copied. Paste it where your secrets are kept.';
  } catch {
    draw(true);
    getSelection().selectAllChildren(secret);
    said.textContent = 'The key is selected: copy it with Ctrl+C or Cmd+C.';
  }
});
})();`;
