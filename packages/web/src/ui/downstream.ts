import type { Output } from '@fleetmend/api/client.ts';
import { type ComponentType, createContext, useContext } from 'react';

/** Parts of later stages that earlier stages' screens show. The router, which knows every stage, puts them in. */
export interface Downstream {
  AssetFindings: ComponentType<{ id: string }>;
  AssetPatches: ComponentType<{ id: string }>;
  CreateChangeDialog: ComponentType<{ patches: readonly Output<'readPatch'>[]; onClose: () => void }>;
  WebhookPanel: ComponentType;
}

const Context = createContext<Downstream | null>(null);
export const DownstreamProvider = Context.Provider;

export function useDownstream(): Downstream {
  const downstream = useContext(Context);
  if (downstream === null) throw new Error('a screen stands outside the router');
  return downstream;
}
