import type { Permission } from '@fleetmend/api/endpoint.ts';
import { useRead } from '../client.ts';

/** Who is signed in; undefined until the server has said so. */
export function useSession() {
  return useRead('readSession', {}).data;
}

/** Whether the signed-in person holds a permission. The server decides; this only spares them a refusal. */
export function useCan(permission: Permission): boolean {
  return useSession()?.permissions.includes(permission) ?? false;
}
