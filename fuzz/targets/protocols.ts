import { join } from 'node:path';
import * as agentProtocol from '@fleetmend/api/agent-protocol.ts';
import * as applierProtocol from '../../packages/agent/src/applier/socket-protocol.ts';
import { literalsBeside, ROOT } from '../seeds.ts';
import { type FuzzTarget, jsonOf, toText } from '../target.ts';

/** Every message between host and server, and between the two halves of an agent. */
export function targets(): FuzzTarget[] {
  return Object.entries({ ...agentProtocol, ...applierProtocol }).flatMap(([name, schema]) =>
    schemaTarget(name, schema),
  );
}

/** What is exported as a schema judges any JSON without throwing. */
function schemaTarget(name: string, schema: unknown): FuzzTarget[] {
  if (typeof schema !== 'object' || schema === null || !('safeParse' in schema)) return [];
  const { safeParse } = schema as { safeParse(value: unknown): { success: boolean } };
  return [
    {
      name: `protocol:${name}`,
      isStream: false,
      source: join(ROOT, 'packages/api/src'),
      seeds: () => literalsBeside(join(ROOT, 'packages/api/src/agent-protocol.ts')),
      run: (input) => safeParse(jsonOf(toText(input))).success,
    },
  ];
}
