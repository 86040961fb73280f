'use strict';
// AES-256-GCM under a key in the user-data folder: what was encrypted there can only be read with that folder.
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { app } = require('./app.cjs');
const { strict } = require('./strict.cjs');

const VERSION = Buffer.from('v10');
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

function key() {
  const file = path.join(app.getPath('userData'), 'standin.key');
  fs.mkdirSync(path.dirname(file), { recursive: true });
  if (!fs.existsSync(file)) fs.writeFileSync(file, crypto.randomBytes(32), { mode: 0o600 });
  return fs.readFileSync(file);
}

const safeStorage = strict('safeStorage', {
  isAsyncEncryptionAvailable: async () => true,
  getSelectedStorageBackend: () => 'gnome_libsecret',
  encryptStringAsync: async (text) => {
    const nonce = crypto.randomBytes(NONCE_BYTES);
    const cipher = crypto.createCipheriv('aes-256-gcm', key(), nonce);
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([VERSION, nonce, cipher.getAuthTag(), sealed]);
  },
  decryptStringAsync: async (bytes) => {
    const nonceEnd = VERSION.length + NONCE_BYTES;
    const decipher = crypto.createDecipheriv('aes-256-gcm', key(), bytes.subarray(VERSION.length, nonceEnd));
    decipher.setAuthTag(bytes.subarray(nonceEnd, nonceEnd + TAG_BYTES));
    const opened = [decipher.update(bytes.subarray(nonceEnd + TAG_BYTES)), decipher.final()];
    return { result: Buffer.concat(opened).toString('utf8'), shouldReEncrypt: false };
  },
});

module.exports = { safeStorage };
