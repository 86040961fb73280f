// Vite's development server for the screens, with API calls passed on to the admin listener as if they came from its own page.
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { createServer } from 'vite';
import { projectRoot } from './places.mjs';

const admin = process.env.LATCHKEY_DEV_ADMIN ?? 'http://127.0.0.1:7421';

const server = await createServer({
  configFile: false,
  root: join(projectRoot, 'src-renderer'),
  plugins: [react()],
  server: {
    host: '127.0.0.1',
    port: Number(process.env.LATCHKEY_DEV_PORT ?? 7430),
    strictPort: true,
    proxy: {
      // The screens' own modules live below /api too.
      '^/api/(?!.*\\.(?:tsx?|css)(?:\\?|$))': {
        target: admin,
        changeOrigin: true,
        // The listener takes calls of its own page only; here that page is served by Vite.
        configure: (proxy) => {
          proxy.on('proxyReq', (request) => {
            if (request.getHeader('origin')) request.setHeader('origin', admin);
          });
        },
      },
    },
  },
});
await server.listen();
