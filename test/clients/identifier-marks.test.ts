/** Every identifier in a contract is marked: the complete check beside the types, which know a list of names. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

import type { AnyEndpoint } from '../../src/clients/http/endpoint.ts';
import { idField, markOf, noIdentifier, refField } from '../../src/clients/http/identifier-marks.ts';
import { pathNamesOf } from '../../src/clients/http/identifiers-of.ts';
import { schemaOf } from '../../src/clients/http/schema-of.ts';
import { operations } from '../support/providers.ts';

/** Names of fields that may carry an identifier. It is wider than the list of the types, and finds names that are not there. */
const looksLikeIdentifier =
  /(^|[a-z_])(ids?|refs?|uids?|uuid|euis?|euilist|addr|address(es)?|iccids?|imeis?|imsis?|mdns?|msisdns?|meids?|esns?|eids?|accounts?|groups?|plans?|tags?|products?|services?|triggers?|names?|numbers?|codes?|oid|targets?|operators?|suppliers?|vendors?|devices?|sims?|subscribers?|orders?|domains?|profiles?|servers?|pools?|username|email)$/i;

/** Fields whose name looks like an identifier and that are none, each with the reason. They are meant in all operations. */
const notIdentifiers: Readonly<Record<string, string>> = {
  'body.address': 'a postal address',
  'body.carrierName': 'the name of a carrier, one for all devices of the request',
  'body.client_id': 'a credential',
  'body.contactEmail': 'an address to write to',
  'body.costCenterCode': 'free text for the bill',
  'body.customHttpHeaders.name': 'the name of an HTTP header',
  'body.destinations.addresses': 'a URL',
  'body.emailAddress': 'an address to write to',
  'body.firstName': 'the name of a person',
  'body.label.name': 'a free label of usage data',
  'body.labels.label.name': 'a free label of usage data',
  'body.labels.name': 'a free label of usage data',
  'body.lastName': 'the name of a person',
  'body.maxNumberOfDevices': 'a page size',
  'body.mdnZipCode': 'a postal code',
  'body.name': 'what the thing is called; the request finds it by another field',
  'body.operator': 'one of a few words',
  'body.primaryPlaceOfUse.address.emailAddress': 'an address to write to',
  'body.primaryPlaceOfUse.customerName.firstName': 'the name of a person',
  'body.primaryPlaceOfUse.customerName.lastName': 'the name of a person',
  'body.primaryPlaceOfUse.customerName.middleName': 'the name of a person',
  'body.primaryUser.email': 'an address to write to',
  'body.primaryUser.firstName': 'the name of a person',
  'body.primaryUser.lastName': 'the name of a person',
  'body.organizationName': 'the name of a company',
  'body.recipientName': 'the name of a person',
  'body.routes.addresses': 'a URL',
  'body.serviceName': 'a service of the carrier, checked against its list',
  'body.stateName': 'a state of the service, checked against its list',
  'body.subscriberNickname': 'what the thing is called; the request finds it by another field',
  'body.username': 'a credential',
  'body.zipCode': 'a postal code',
  'query.contactEmail': 'a filter of a list',
  'query.email': 'a filter of a list',
  'query.name': 'a filter of a list',
  'query.username': 'a credential',
};

/** The unmarked text and number fields of a schema, as paths without indexes. */
function unmarkedFields(schema: z.core.$ZodType, path: string): string[] {
  const mark = markOf(schema);
  if (mark !== undefined && mark !== 'one thing') return [];
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'object':
      return Object.entries(def.shape).flatMap(([name, member]) => unmarkedFields(member, `${path}.${name}`));
    case 'array':
      return unmarkedFields(def.element, path);
    case 'record':
      return unmarkedFields(def.valueType, `${path}.*`);
    case 'union':
      return [...new Set(def.options.flatMap((option) => unmarkedFields(option, path)))];
    case 'pipe':
      return unmarkedFields(def.in, path);
    case 'optional':
    case 'nullable':
    case 'default':
    case 'nonoptional':
    case 'readonly':
      return unmarkedFields(def.innerType, path);
    case 'boolean':
    case 'literal':
    case 'enum':
      return [];
    case 'string':
    case 'number':
    case 'unknown':
      return [path];
    default:
      throw new Error(`${path}: a schema of type ${def.type} is not walked; say here whether it can hold an identifier`);
  }
}

/** The fields of a contract that look like an identifier, are not marked, and are not listed as none. */
function unexplained(entry: AnyEndpoint): string[] {
  return (['query', 'body'] as const).flatMap((part) => {
    const schema = schemaOf(entry, part);
    const fields = schema ? unmarkedFields(schema, part) : [];
    return fields.filter((field) => {
      const name = field.slice(field.lastIndexOf('.') + 1);
      return looksLikeIdentifier.test(name) && !(field in notIdentifiers);
    });
  });
}

const example = {
  id: 'test.things.change',
  api: 'test',
  route: 'PUT /things/{ref}',
  path: { ref: 'target' },
  effects: ['write'],
  sure: 'documented',
  source: 'test',
  help: 'Test.',
  example: { path: { ref: '1' } },
} as const;

describe('identifiers in the contracts', () => {
  it('are all marked, or listed here as none with a reason', () => {
    expect(operations.flatMap((entry) => unexplained(entry).map((field) => `${entry.id} ${field}`))).toEqual([]);
  });

  it('no reason is left for a field that is gone', () => {
    const fields = new Set(
      operations.flatMap((entry) =>
        (['query', 'body'] as const).flatMap((part) => {
          const schema = schemaOf(entry, part);
          return schema ? unmarkedFields(schema, part) : [];
        }),
      ),
    );
    expect(Object.keys(notIdentifiers).filter((field) => !fields.has(field))).toEqual([]);
  });

  it('each path parameter has a mark, and no other name has', () => {
    expect(operations.filter((entry) => Object.keys(entry.path ?? {}).join() !== pathNamesOf(entry).join()).map(({ id }) => id)).toEqual(
      [],
    );
  });

  it('an unmarked field is named with its operation, at any depth', () => {
    const body = () =>
      z.strictObject({
        sim: z.strictObject({ iccid: z.string() }).optional(),
        deviceIMEIs: z.array(z.string().nullable()).default([]),
        serialNumber: z.string(),
        plan: refField('reference').optional(),
        gateways: z.array(z.strictObject({ eui: idField('target', 'devEui', z.string()) })),
        productCode: noIdentifier('test', z.string()).optional(),
        kind: z.enum(['a', 'b']),
      });
    expect(unexplained({ ...example, body })).toEqual(['body.sim.iccid', 'body.deviceIMEIs', 'body.serialNumber']);
  });

  it('a mark survives the checks that are put on the marked schema', () => {
    expect(markOf(idField('new', 'imei', z.string()).max(15).optional().unwrap())).toEqual({ role: 'new', kind: 'imei' });
  });
});
