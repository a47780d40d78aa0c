/** Looks at a database without changing it. */
import { openPools } from './database.ts';
import { schemaVersion } from './migrations.ts';

/** The version of the schema, 0 where there is none, and the newest one that this program knows. Throws a StoreFailed. */
export async function inspectSchema(url: string): Promise<{ version: number; newest: number }> {
  const database = openPools(url, () => undefined);
  try {
    const [table] = await database.read<{ there: boolean }>("SELECT to_regclass('schema_version') IS NOT NULL AS there");
    const [row] = table?.there ? await database.read<{ version: number }>('SELECT version FROM schema_version') : [];
    return { version: row?.version ?? 0, newest: schemaVersion };
  } finally {
    await database.close();
  }
}
