/** The agent's own version, as it reports it in its facts. */
export const AGENT_VERSION = '0.1.0';
