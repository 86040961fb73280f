// Express Gateway's key-auth policy over its in-memory store, answering itself: arguments = a configuration directory, a port.
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const KEYS = 100;
const [directory, port] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const library = join(dirname(require.resolve('express-gateway/package.json')), 'lib');
mkdirSync(directory, { recursive: true });
cpSync(join(library, 'config/models'), join(directory, 'models'), { recursive: true });
// JSON is YAML.
const system = {
  db: { redis: { emulate: true, namespace: 'EG' } },
  crypto: { cipherKey: crypto.randomUUID(), algorithm: 'aes256', saltRounds: 10 },
  session: { secret: crypto.randomUUID(), resave: false, saveUninitialized: false },
  accessTokens: { timeToExpiry: 7_200_000 },
  refreshTokens: { timeToExpiry: 7_200_000 },
  authorizationCodes: { timeToExpiry: 300_000 },
};
const gateway = {
  http: { port: Number(port), hostname: '127.0.0.1' },
  apiEndpoints: { api: { host: '*', paths: '/v1/verify' } },
  policies: ['key-auth', 'terminate'],
  pipelines: {
    default: {
      apiEndpoints: ['api'],
      policies: [
        { 'key-auth': [{ action: { apiKeyHeader: 'x-api-key', disableHeadersScheme: true } }] },
        { terminate: [{ action: { statusCode: 200, message: '"VALID"' } }] },
      ],
    },
  },
};
writeFileSync(join(directory, 'system.config.yml'), JSON.stringify(system));
writeFileSync(join(directory, 'gateway.config.yml'), JSON.stringify(gateway));
process.env.LOG_LEVEL = 'error';
process.env.EG_CONFIG_DIR = directory;
await require('express-gateway')().load(directory).run();
const services = require('express-gateway/lib/services');
const user = await services.user.insert({
  username: 'acme',
  firstname: 'Acme',
  lastname: 'Inc',
  email: 'dev@acme.example',
});
const keys = [];
for (let index = 0; index < KEYS; index += 1) {
  const { keyId, keySecret } = await services.credential.insertCredential(user.id, 'key-auth', {});
  keys.push(`${keyId}:${keySecret}`);
}
const service = `http://127.0.0.1:${port}`;
process.stdout.write(`${JSON.stringify({ event: 'ready', service, keys })}\n`);
process.on('SIGTERM', () => process.exit(0));
