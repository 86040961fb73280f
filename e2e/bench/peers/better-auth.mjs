// Better Auth's API key plugin over SQLite in WAL mode, behind a bare node:http server: argument = the database file.
import { createServer } from 'node:http';
import { apiKey } from '@better-auth/api-key';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import Database from 'better-sqlite3';

const KEYS = 100;
const db = new Database(process.argv[2]);
db.pragma('journal_mode = WAL');
db.pragma('synchronous = NORMAL');
const options = {
  database: db,
  secret: crypto.randomUUID() + crypto.randomUUID(),
  baseURL: 'http://127.0.0.1',
  emailAndPassword: { enabled: true },
  telemetry: { enabled: false },
  // A rate limit that is counted and never reached, as the compared server has one.
  plugins: [apiKey({ rateLimit: { enabled: true, timeWindow: 1_000, maxRequests: 1_000_000 } })],
};
const { runMigrations } = await getMigrations(options);
await runMigrations();
const auth = betterAuth(options);
const account = { email: 'dev@acme.example', password: crypto.randomUUID(), name: 'Acme' };
const { user } = await auth.api.signUpEmail({ body: account });
const permissions = { inventory: ['read'] };
const keys = [];
for (let index = 0; index < KEYS; index += 1) {
  const made = await auth.api.createApiKey({
    body: { userId: user.id, name: `Key ${String(index)}`, permissions },
  });
  keys.push(made.key);
}

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', async () => {
    const { key } = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    const { valid } = await auth.api.verifyApiKey({ body: { key, permissions } });
    const answer = JSON.stringify({ valid, code: valid ? 'VALID' : 'NOT_FOUND' });
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length });
    response.end(answer);
  });
});
server.listen(0, '127.0.0.1', () => {
  const service = `http://127.0.0.1:${String(server.address().port)}`;
  process.stdout.write(`${JSON.stringify({ event: 'ready', service, keys })}\n`);
});
process.on('SIGTERM', () => process.exit(0));
