/** The settings that hosts ask a person for: every variable of a provider's connection, and a few general ones. */
import { isSecretSetting, variablePrefix } from '../../src/environment-variables.ts';
import { providers } from '../../src/providers/index.ts';
import type { SettingTexts } from '../../src/providers/provider-module.ts';

export interface HostSetting {
  /** Of the environment. */
  variable: string;
  /** In a host's own configuration: `thingpark_oss_url`. */
  key: string;
  title: string;
  description: string;
  secret: boolean;
  file?: boolean;
}

/** Without the prefix: what a person is asked, and what it means. */
const texts: SettingTexts = {
  ...Object.assign({}, ...(await Promise.all(providers.map(({ loadTexts }) => loadTexts())))),
  CONFIG: { title: 'Configuration file', description: 'JSON configuration with named connections, in place of the fields here.' },
  POLICY_FILE: { title: 'Policy file', description: 'Rules for changes, YAML. Empty: the built-in rules.' },
  READ_ONLY: { title: 'Read only', description: 'on: offer no tool that changes something.' },
};

const setting = (name: string, secret: boolean, file = false): HostSetting => {
  const text = texts[name];
  if (!text) throw new Error(`${name} has no text in src/providers/texts`);
  const { title, description } = text;
  return { variable: `${variablePrefix}${name}`, key: name.toLowerCase(), title, description, secret, ...(file ? { file } : {}) };
};

/** Throws for a variable of a provider that has no text. */
export const hostSettings: readonly HostSetting[] = [
  ...providers.flatMap((provider) =>
    Object.entries(provider.variables).map(([name, path]) => setting(name, isSecretSetting(provider, path))),
  ),
  setting('CONFIG', false, true),
  setting('POLICY_FILE', false, true),
  setting('READ_ONLY', false),
];
