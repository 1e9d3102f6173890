import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { agentEnvironment } from './start/agent-environment.ts';
import { readSettings } from './start/settings.ts';

/** `npm run agent -- COMMAND`: speaks to the agent that `npm start` runs on this machine (`trust sha256:…`, `doctor`, `inventory`). */
const { dataDir } = readSettings(process.env, process.getuid?.() === 0);
const main = fileURLToPath(new URL('../packages/agent/src/main.ts', import.meta.url));
const { status } = spawnSync(process.execPath, [main, ...process.argv.slice(2)], {
  env: { ...process.env, ...agentEnvironment(dataDir) },
  stdio: 'inherit',
});
process.exit(status ?? 1);
