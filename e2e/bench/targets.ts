import { createServer } from 'node:http';
import express from 'express';

/** What a bare server answers: about the size of a verification's answer. */
const FIXED_ANSWER = JSON.stringify({ valid: true, code: 'VALID', padding: 'x'.repeat(160) });

/** The floor: node:http reads the body, parses it and answers a constant. */
function startBareNode(): void {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      JSON.parse(Buffer.concat(chunks).toString('utf8'));
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': FIXED_ANSWER.length });
      response.end(FIXED_ANSWER);
    });
  });
  server.listen(0, '127.0.0.1', () => announce(server.address()));
}

/** What a service author would write first: an Express route with `express.json()` and a constant answer. */
function startBareExpress(): void {
  const app = express();
  app.disable('x-powered-by');
  app.use(express.json());
  app.post('/v1/verify', (_request, response) => {
    response.type('application/json').send(FIXED_ANSWER);
  });
  const server = app.listen(0, '127.0.0.1', () => announce(server.address()));
}

/** A service behind a gateway: answers a constant without reading anything. */
function startUpstream(): void {
  const body = 'item 42';
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain', 'content-length': body.length });
    response.end(body);
  });
  server.listen(0, '127.0.0.1', () => announce(server.address()));
}

function announce(address: unknown): void {
  if (typeof address !== 'object' || address === null || !('port' in address)) throw new Error('No port.');
  process.stdout.write(
    `${JSON.stringify({ event: 'ready', service: `http://127.0.0.1:${String(address.port)}` })}\n`,
  );
}

const target = process.argv[2];
if (target === 'node') startBareNode();
else if (target === 'express') startBareExpress();
else if (target === 'upstream') startUpstream();
else throw new Error('Name a target: node, express or upstream.');
