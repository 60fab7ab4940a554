// Settings that many chargers shall have.
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const configurationTemplates = sqliteTable(
  "configuration_templates",
  {
    id: text().primaryKey(),
    name: text().notNull(),
    /** Counts the changes of what it sets. */
    version: integer().notNull(),
    /** In lower case; null: of any vendor, any model. */
    vendor: text(),
    model: text(),
    onBoot: integer("on_boot", { mode: "boolean" }).notNull(),
    /** JSON: what 1.6 and 2.x chargers shall have. */
    configuration: text().notNull(),
    variables: text().notNull(),
    note: text(),
    createdAt: integer("created_at", { mode: "timestamp_ms" }).notNull(),
    updatedAt: integer("updated_at", { mode: "timestamp_ms" }).notNull(),
  },
  (t) => [
    index("configuration_templates_name").on(t.name, t.id),
    index("configuration_templates_vendor").on(t.vendor, t.name, t.id),
    index("configuration_templates_on_boot").on(t.onBoot, t.name, t.id),
  ],
);
