import { spawn } from 'node:child_process';
import { setPriority } from 'node:os';
import { projectEnvironment, projectRoot } from './places.mjs';

/** Runs a command of the project and waits for its end.
 *  Answers { code, output, ms }; `output` is both streams, and empty when `show` sent them to this terminal.
 *  A command that cannot be started answers code 127. `timeoutMs` ends it with code 124. `niceness` 19 leaves the processors to
 *  everything else. */
export function runCommand(command, args, options = {}) {
  const { show = false, cwd = projectRoot, env = {}, timeoutMs, niceness = 0 } = options;
  const startedMs = Date.now();
  return new Promise((done) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...projectEnvironment(), ...env },
      // npm is a .cmd file on Windows, which only a shell can start.
      shell: process.platform === 'win32',
      stdio: show ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    });
    if (niceness > 0 && child.pid !== undefined) setPriority(child.pid, niceness);
    const chunks = [];
    child.stdout?.on('data', (chunk) => chunks.push(chunk));
    child.stderr?.on('data', (chunk) => chunks.push(chunk));
    let isLate = false;
    const timer = timeoutMs
      ? setTimeout(() => {
          isLate = true;
          child.kill('SIGTERM');
          setTimeout(() => child.kill('SIGKILL'), 3000).unref();
        }, timeoutMs)
      : null;
    const finish = (code) => {
      if (timer) clearTimeout(timer);
      done({ code, output: Buffer.concat(chunks).toString('utf8'), ms: Date.now() - startedMs });
    };
    child.on('error', (error) => {
      chunks.push(Buffer.from(error.message));
      finish(127);
    });
    child.on('close', (code, signal) => finish(isLate ? 124 : (code ?? (signal ? 1 : 0))));
  });
}

/** "3.5 s" */
export function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}
