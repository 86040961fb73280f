import { runCommand } from './run-command.ts';

const [command] = process.argv.slice(2);
if (command === 'serve') {
  process.argv.splice(2, 1);
  // The server is a program of its own; here it only runs in this one's place.
  const entry = import.meta.url.endsWith('.ts') ? '../headless.ts' : './headless.js';
  await import(new URL(entry, import.meta.url).href);
} else {
  process.exitCode = await runCommand(process.argv.slice(2), {
    environment: process.env,
    print: (text) => void process.stdout.write(`${text}\n`),
    printError: (text) => void process.stderr.write(`${text}\n`),
    input: () => process.stdin,
  });
}
