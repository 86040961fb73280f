import '@fontsource-variable/atkinson-hyperlegible-next/wght.css';
import '@fontsource-variable/atkinson-hyperlegible-mono/wght.css';
import './ui/tokens.css';
import './ui/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { connectApi } from './api/connect.ts';
import { App } from './app.tsx';
import { takePairingCode } from './sign-in/pairing-code.ts';

// First of all: a code must not stay in the address bar.
const pairingCode = takePairingCode();
const link = connectApi();
const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root.');
createRoot(root).render(
  <StrictMode>
    <App link={link} firstSignIn={link.signIn(pairingCode)} />
  </StrictMode>,
);
