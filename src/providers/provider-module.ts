/** What one provider brings to the product, assembled from its files in every layer. */
import type { z } from 'zod';
import type { AnyPlanner } from '../changes/planner.ts';
import type { CallbackReport } from '../changes/status-poller.ts';
import type { ProviderClient } from '../clients/connect.ts';
import type { FleetProvider } from '../fleet/source.ts';
import type { Prompt } from '../prompts/define.ts';
import type { SandboxProvider } from '../sandbox/handler.ts';
import type { AnyTool } from '../tools/define.ts';

/** What a provider's settings schema is built with: handed over, so that the eager part loads no library. */
export interface SettingsKit {
  z: typeof z;
  /** `name`, `writes`, `allowGuessed`, `sandbox`, `requestsPerSecond`: every connection has them. */
  common: z.core.$ZodLooseShape;
  /** An https address, plain http on loopback only. */
  Url: z.ZodType<string, string>;
  /** A text, `{ env }` or `{ file }`. */
  Secret: z.ZodType<Secret>;
}

/** A secret: the text itself, or where it stands. */
export type Secret = string | { env: string } | { file: string };

/** Reads a secret of the configuration; `field` is its path below the connection, for the problem's text. */
export type ReadSecret = (value: Secret, field: string) => string;

/** Title and meaning of each variable of a provider, without the common prefix. */
export type SettingTexts = Readonly<Record<string, SettingText>>;

export interface SettingText {
  title: string;
  description: string;
  /** Whether `init` asks for it; it takes the default where it does not. Settings of one login, `oss.url`, are asked for together. */
  asked?: 'required' | 'optional';
}

/** Who may send callbacks for one connection. */
export interface ListenerSettings {
  username: string;
  password: string;
  /** Source addresses that may call; empty: a proxy in front of the server checks them. */
  from: readonly string[];
}

/** Reads a callback's body, leniently. */
export type ReadCallback = (message: Readonly<Record<string, unknown>>) => CallbackReport[];

/** The eager part is needed before anything is loaded: by the configuration, by commands and by the fast start. It imports types only. */
export interface ProviderModule {
  /** `thingspace`: the first part of its operations' ids, its toolset and its name in the configuration. */
  name: string;
  /** `ThingSpace` */
  title: string;
  /** With the company, for documents: `Verizon ThingSpace`. */
  longTitle: string;
  /** What it holds, for the server's instructions: `Verizon SIMs`. */
  holds: string;
  /** Environment variables without the common prefix, and the setting of the connection that each one sets. */
  variables: Readonly<Record<string, string>>;
  /** Settings that are secret: their variables also exist with the suffix `_FILE`. */
  secretSettings: readonly string[];
  /** The schema of one connection in the configuration. */
  schema(kit: SettingsKit): z.ZodType;
  /** The client's settings from what the schema accepted. */
  settings(parsed: unknown, secret: ReadSecret): unknown;
  /** Who may send callbacks, from what the schema accepted. */
  listener?(parsed: unknown, secret: ReadSecret): ListenerSettings | undefined;
  /** Whether repeated refused logins lock the user: what identifies the login, for a lockout that all processes share. */
  loginOf?(settings: unknown): readonly string[];
  sandbox: {
    /** The client's settings for the sandbox's own account at `url`. */
    settings(url: string): unknown;
    /** Its credentials in one line, for a person who calls the sandbox's port. */
    credentials: string;
    /** Who may send callbacks for the sandbox's own connection: the sandbox itself, from this machine. */
    listener?: ListenerSettings;
    /** Whether the provider sends callbacks to a port. */
    postsTo?(port: number): boolean;
  };
  load(): Promise<ProviderLayers>;
  loadSandbox(): Promise<SandboxProvider>;
  /** What a person is told where a host or `init` asks for the settings. */
  loadTexts(): Promise<SettingTexts>;
}

/** What the layers need of a provider once the product starts. */
export interface ProviderLayers {
  client: ProviderClient;
  fleet: FleetProvider;
  planners: readonly AnyPlanner[];
  tools: readonly AnyTool[];
  prompts: readonly Prompt[];
  /** Reads a callback of the provider; absent where it sends none. */
  parseCallback?: ReadCallback;
}

/** The module with the exact types of its schema and of its client's settings. */
interface TypedModule<T extends z.ZodType, S>
  extends Omit<ProviderModule, 'schema' | 'settings' | 'listener' | 'loginOf' | 'sandbox' | 'load'> {
  schema(kit: SettingsKit): T;
  settings(parsed: z.output<T>, secret: ReadSecret): S;
  listener?(parsed: z.output<T>, secret: ReadSecret): ListenerSettings | undefined;
  loginOf?(settings: S): readonly string[];
  sandbox: Omit<ProviderModule['sandbox'], 'settings'> & { settings(url: string): S };
  load(): Promise<Omit<ProviderLayers, 'client'> & { client: ProviderClient<S> }>;
}

/** Declares a provider. Its settings reach only its own functions, so the list of providers need not know their type. */
export function defineProvider<T extends z.ZodType, S>(module: TypedModule<T, S>): ProviderModule {
  return module as unknown as ProviderModule;
}

/** The name of the sandbox's own connection of a provider. */
export function sandboxName({ name }: Pick<ProviderModule, 'name'>): string {
  return `sandbox-${name}`;
}
