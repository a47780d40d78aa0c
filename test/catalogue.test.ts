import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkInput } from '../src/clients/http/check-input.ts';
import { type Effect, isRead, nounOf, pathOf, providerOf } from '../src/clients/http/endpoint.ts';
import { schemaOf } from '../src/clients/http/schema-of.ts';
import { inputSchemaOf } from '../src/clients/operation-definition.ts';
import { annotationsOf } from '../src/tools/define.ts';
import { toolListing } from '../src/tools/tool-listing.ts';
import { loaded, operations, planners, providerNames, tools } from './support/providers.ts';

describe('the catalogue', () => {
  it('each entry stands where its id says', () => {
    const placed = providerNames.flatMap((provider) =>
      Object.entries(loaded.layersOf(provider).client.contracts).flatMap(([noun, entries]) =>
        Object.entries(entries).map(([verb, entry]) => [`${provider}.${noun}.${verb}`, entry.id] as const),
      ),
    );
    expect(placed.filter(([place, id]) => place !== id)).toEqual([]);
    expect(new Set(operations.map((entry) => entry.id)).size).toBe(operations.length);
  });

  for (const entry of operations) {
    describe(entry.id, () => {
      it('has an example that its own schemas accept', () => {
        expect(checkInput(entry, entry.example)).toBeDefined();
      });

      it('has one sentence of help, a source and a path', () => {
        expect(entry.help).toMatch(/^[A-Z].{10,200}\.$/);
        expect(entry.source.length).toBeGreaterThanOrEqual(3);
        expect(pathOf(entry)).toMatch(/^\/[^\s?]+$/);
        expect(nounOf(entry)).toMatch(/^[a-z][A-Za-z]+$/);
      });

      it('prints its input as JSON Schema', () => {
        expect(inputSchemaOf(entry)).toMatchObject({ type: 'object' });
      });

      it('refuses unknown members before the wire', () => {
        if (schemaOf(entry, 'query'))
          expect(() => checkInput(entry, { ...entry.example, query: { ...entry.example.query, nonsense: 'x' } })).toThrow(/nonsense/);
      });

      it('may narrow its effects, never widen them', () => {
        const narrowed: readonly Effect[] = entry.effectsOf?.(entry.example) ?? entry.effects;
        expect(narrowed.filter((effect) => !entry.effects.includes(effect))).toEqual([]);
      });
    });
  }

  it('four session operations may be allowed by a person: they let somebody in', () => {
    const letIn = planners.filter((one) => one.givesAccess).map((one) => one.operation.id);
    expect(letIn.sort()).toEqual([
      'thingpark.subscribers.create',
      'thingpark.suppliers.create',
      'thingpark.users.create',
      'thingpark.vendors.create',
    ]);
  });

  it('planners belong to changing operations, one each', () => {
    expect(planners.filter((one) => isRead(one.operation)).map((one) => one.operation.id)).toEqual([]);
    expect(new Set(planners.map((one) => one.operation.id)).size).toBe(planners.length);
  });
});

describe('the tool surface', () => {
  it('is the same list in the same order', () => {
    expect(tools.map((tool) => tool.name)).toMatchInlineSnapshot(`
      [
        "list_devices",
        "summarize_fleet",
        "find_device",
        "get_device",
        "get_traffic_history",
        "add_lorawan_device",
        "update_device",
        "suspend_device",
        "resume_device",
        "delete_device",
        "send_downlink",
        "move_devices_to_plan",
        "list_plans",
        "list_alarms",
        "acknowledge_alarms",
        "list_gateways",
        "get_gateway",
        "create_order",
        "list_orders",
        "list_offers",
        "add_cellular_device",
        "list_models",
        "list_app_servers",
        "add_app_server",
        "add_multicast_group",
        "cancel_order",
        "list_subscribers",
        "add_subscriber",
        "list_users",
        "invite_user",
        "activate_sim",
        "suspend_sim",
        "restore_sim",
        "deactivate_sim",
        "list_service_plans",
        "change_service_plan",
        "get_usage",
        "get_connection_history",
        "diagnose_sim",
        "send_sms",
        "list_sms",
        "list_groups",
        "take_sms",
        "save_group",
        "move_sims",
        "swap_sim",
        "switch_profile",
        "set_labels",
        "watch_reachability",
        "list_reachability",
        "send_nidd",
        "set_usage_trigger",
        "get_billed_usage",
        "toggle_product",
        "list_subscriber_products",
        "provision_subscriber",
        "get_subscriber_sessions",
        "list_stock_orders",
        "apply_change",
        "get_change",
        "list_changes",
        "get_policy",
        "resume_change",
        "cancel_change",
        "undo_change",
        "search_operations",
        "read_operation",
        "change_operation",
      ]
    `);
  });

  for (const tool of tools) {
    describe(tool.name, () => {
      it('has title, description, hints and a strict input', () => {
        const { title, description, annotations, inputSchema } = toolListing(tool);
        expect(tool.name).toMatch(/^[a-z]+(_[a-z]+)+$/);
        expect(title).toBeTruthy();
        expect(description?.length).toBeGreaterThan(40);
        expect(description?.length).toBeLessThan(400);
        expect(annotations).toEqual({ title, ...annotationsOf(tool) });
        expect(inputSchema).toMatchObject({ type: 'object', additionalProperties: false });
      });

      it('has an example that its input accepts', () => {
        expect(tool.input.safeParse(tool.example).error?.issues ?? []).toEqual([]);
      });

      it('names a sibling that exists', () => {
        const named = [...tool.description.matchAll(/\b[a-z]+_[a-z_]+\b/g)].map((match) => match[0]);
        const fields = Object.keys(z.toJSONSchema(tool.input, { io: 'input', unrepresentable: 'any' }).properties ?? {});
        expect(named.filter((name) => !tools.some((other) => other.name === name) && !fields.includes(name))).toEqual([]);
      });
    });
  }
});

/** What each tool tells of itself: reads, changes or may destroy; whether a repeated call has a further effect; what it reaches. */
const hints = {
  list_devices: 'reads, idempotent, provider',
  summarize_fleet: 'reads, idempotent, provider',
  find_device: 'reads, idempotent, provider',
  get_device: 'reads, idempotent, provider',
  get_traffic_history: 'reads, idempotent, provider',
  add_lorawan_device: 'changes, idempotent, provider',
  update_device: 'destructive, idempotent, provider',
  suspend_device: 'destructive, idempotent, provider',
  resume_device: 'destructive, idempotent, provider',
  delete_device: 'destructive, idempotent, provider',
  send_downlink: 'destructive, not idempotent, provider',
  move_devices_to_plan: 'destructive, idempotent, provider',
  list_plans: 'reads, idempotent, provider',
  list_alarms: 'reads, idempotent, provider',
  acknowledge_alarms: 'changes, idempotent, provider',
  list_gateways: 'reads, idempotent, provider',
  get_gateway: 'reads, idempotent, provider',
  create_order: 'changes, not idempotent, provider',
  list_orders: 'reads, idempotent, provider',
  list_offers: 'reads, idempotent, provider',
  add_cellular_device: 'changes, idempotent, provider',
  list_models: 'reads, idempotent, provider',
  list_app_servers: 'reads, idempotent, provider',
  add_app_server: 'changes, idempotent, provider',
  add_multicast_group: 'changes, idempotent, provider',
  cancel_order: 'destructive, idempotent, provider',
  list_subscribers: 'reads, idempotent, provider',
  add_subscriber: 'changes, idempotent, provider',
  list_users: 'reads, idempotent, provider',
  invite_user: 'changes, idempotent, provider',
  activate_sim: 'changes, idempotent, provider',
  suspend_sim: 'destructive, idempotent, provider',
  restore_sim: 'changes, idempotent, provider',
  deactivate_sim: 'destructive, idempotent, provider',
  list_service_plans: 'reads, idempotent, provider',
  change_service_plan: 'changes, idempotent, provider',
  get_usage: 'reads, idempotent, provider',
  get_connection_history: 'reads, idempotent, provider',
  diagnose_sim: 'reads, idempotent, provider',
  send_sms: 'destructive, not idempotent, provider',
  list_sms: 'reads, idempotent, provider',
  list_groups: 'reads, idempotent, provider',
  take_sms: 'destructive, idempotent, provider',
  save_group: 'changes, idempotent, provider',
  move_sims: 'changes, idempotent, provider',
  swap_sim: 'destructive, idempotent, provider',
  switch_profile: 'destructive, idempotent, provider',
  set_labels: 'changes, idempotent, provider',
  watch_reachability: 'changes, not idempotent, provider',
  list_reachability: 'reads, idempotent, provider',
  send_nidd: 'destructive, not idempotent, provider',
  set_usage_trigger: 'changes, idempotent, provider',
  get_billed_usage: 'reads, idempotent, provider',
  toggle_product: 'destructive, idempotent, provider',
  list_subscriber_products: 'reads, idempotent, provider',
  provision_subscriber: 'destructive, idempotent, provider',
  get_subscriber_sessions: 'reads, idempotent, provider',
  list_stock_orders: 'reads, idempotent, provider',
  apply_change: 'destructive, idempotent, provider',
  get_change: 'reads, idempotent, provider',
  list_changes: 'reads, idempotent, this server',
  get_policy: 'reads, idempotent, this server',
  resume_change: 'destructive, idempotent, provider',
  cancel_change: 'changes, idempotent, this server',
  undo_change: 'destructive, idempotent, provider',
  search_operations: 'reads, idempotent, this server',
  read_operation: 'reads, idempotent, provider',
  change_operation: 'destructive, not idempotent, provider',
} as const;

it('the hints of every tool are the listed ones', () => {
  const told = tools.map((tool) => {
    const { readOnlyHint, destructiveHint, idempotentHint, openWorldHint } = annotationsOf(tool);
    const effect = readOnlyHint ? 'reads' : destructiveHint ? 'destructive' : 'changes';
    expect([tool.name, readOnlyHint && destructiveHint]).toEqual([tool.name, false]);
    return [tool.name, `${effect}, ${idempotentHint ? 'idempotent' : 'not idempotent'}, ${openWorldHint ? 'provider' : 'this server'}`];
  });
  expect(Object.fromEntries(told)).toEqual(hints);
});

it('every provider has operations', () => {
  expect([...new Set(operations.map(providerOf))]).toEqual(['thingpark', 'thingspace', 'iotx']);
});
