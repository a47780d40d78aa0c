import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkInput } from '../src/clients/http/check-input.ts';
import { type Effect, isRead, nounOf, pathOf, providerOf } from '../src/clients/http/endpoint.ts';
import { schemaOf } from '../src/clients/http/schema-of.ts';
import { inputSchemaOf } from '../src/clients/operation-definition.ts';
import { type AnyTool, annotationsOf } from '../src/tools/define.ts';
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
        expect(annotations).toMatchObject({ readOnlyHint: tool.kind === 'read', openWorldHint: true });
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

      it('its hints follow from the effects of its operations', () => {
        expect(annotationsOf(tool).destructiveHint).toBe(destructive(tool));
      });
    });
  }
});

function destructive(tool: AnyTool): boolean {
  if (tool.kind === 'read') return false;
  if (tool.kind !== 'change') return tool.kind === 'apply';
  return tool.operations.some((entry) => entry.effects.includes('destructive') || entry.effects.includes('disruptive'));
}

it('every provider has operations', () => {
  expect([...new Set(operations.map(providerOf))]).toEqual(['thingpark', 'thingspace', 'iotx']);
});
