import { expect, test } from 'vitest';
import { signerDraftOf, typedSigners } from './signer-draft.ts';

const ONE = 'JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=';
const PEM = `-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA${ONE}\n-----END PUBLIC KEY-----`;

test('signers come back from the form as they were, and an empty form wants none', () => {
  const signedBy = { publicKeys: [ONE, `${ONE.slice(0, -2)}w=`], coversBody: true };
  expect(typedSigners(signerDraftOf({ signedBy }))).toEqual({ signedBy });
  expect(typedSigners(signerDraftOf({ signedBy: null }))).toEqual({ signedBy: null });
  expect(typedSigners({ publicKeys: ' \n', coversBody: true })).toEqual({ signedBy: null });
});

test('PEM blocks and lines of base64 may be pasted together', () => {
  expect(typedSigners({ publicKeys: `${PEM}\n${ONE}\n\n${PEM}\n`, coversBody: false })).toEqual({
    signedBy: { publicKeys: [PEM, PEM, ONE], coversBody: false },
  });
});
