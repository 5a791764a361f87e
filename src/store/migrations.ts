import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Every step from an empty database to the present one, in order. A step that was shipped never changes. */
export const MIGRATIONS: Record<string, Migration> = {
  '2026-11-22-digests': {
    up: async (db: Kysely<never>) => {
      await db.schema
        .createTable('digests')
        .addColumn('id', 'text', column => column.primaryKey())
        .addColumn('fingerprint', 'text', column => column.notNull())
        .addColumn('cursor', 'text', column => column.notNull())
        .addColumn('created', 'text', column => column.notNull())
        .addColumn('paused', 'integer', column => column.notNull())
        .execute()
      await db.schema
        .createTable('slots')
        .addColumn('digest', 'text', column => column.notNull())
        .addColumn('slot', 'text', column => column.notNull())
        .addColumn('state', 'text', column => column.notNull())
        .addColumn('decided', 'text', column => column.notNull())
        .addColumn('note', 'text', column => column.notNull())
        .addPrimaryKeyConstraint('slots_key', ['digest', 'slot'])
        .execute()
      await db.schema
        .createTable('deliveries')
        .addColumn('id', 'text', column => column.primaryKey())
        .addColumn('digest', 'text', column => column.notNull())
        .addColumn('slot', 'text', column => column.notNull())
        .addColumn('destination', 'text', column => column.notNull())
        .addColumn('edition', 'integer', column => column.notNull())
        .addColumn('part', 'integer', column => column.notNull())
        .addColumn('parts', 'integer', column => column.notNull())
        .addColumn('state', 'text', column => column.notNull())
        .addColumn('card', 'text', column => column.notNull())
        .addColumn('created', 'text', column => column.notNull())
        .addColumn('due', 'text', column => column.notNull())
        .addColumn('expires', 'text')
        .addColumn('tried', 'text')
        .addColumn('last', 'text')
        .addColumn('attempts', 'integer', column => column.notNull())
        .addColumn('doubt', 'integer', column => column.notNull())
        .addColumn('message', 'text')
        .addColumn('why', 'text')
        .addColumn('remedy', 'text')
        .addUniqueConstraint('deliveries_part', ['digest', 'slot', 'destination', 'edition', 'part'])
        .execute()
      await db.schema.createIndex('deliveries_due').on('deliveries').columns(['state', 'due']).execute()
      await db.schema
        .createTable('seen')
        .addColumn('digest', 'text', column => column.notNull())
        .addColumn('destination', 'text', column => column.notNull())
        .addColumn('subject', 'text', column => column.notNull())
        .addColumn('hashes', 'text', column => column.notNull())
        .addColumn('delivery', 'text')
        .execute()
      await db.schema.createIndex('seen_by').on('seen').columns(['digest', 'destination']).execute()
      await db.schema.createIndex('seen_delivery').on('seen').column('delivery').execute()
      await db.schema
        .createTable('subscriptions')
        .addColumn('id', 'text', column => column.primaryKey())
        .addColumn('destination', 'text', column => column.notNull())
        .addColumn('digest', 'text', column => column.notNull())
        .addColumn('state', 'text', column => column.notNull())
        .addColumn('created', 'text', column => column.notNull())
        .addColumn('by', 'text', column => column.notNull())
        .execute()
      await db.schema
        .createTable('changes')
        .addColumn('id', 'integer', column => column.primaryKey().autoIncrement())
        .addColumn('at', 'text', column => column.notNull())
        .addColumn('who', 'text', column => column.notNull())
        .addColumn('destination', 'text', column => column.notNull())
        .addColumn('digest', 'text', column => column.notNull())
        .addColumn('what', 'text', column => column.notNull())
        .execute()
      await db.schema
        .createTable('holds')
        .addColumn('destination', 'text', column => column.primaryKey())
        .addColumn('since', 'text', column => column.notNull())
        .addColumn('why', 'text', column => column.notNull())
        .addColumn('remedy', 'text', column => column.notNull())
        .execute()
      await db.schema
        .createTable('troubles')
        .addColumn('trouble', 'text', column => column.primaryKey())
        .addColumn('since', 'text', column => column.notNull())
        .addColumn('note', 'text', column => column.notNull())
        .execute()
      await db.schema
        .createTable('posts')
        .addColumn('message', 'integer', column => column.primaryKey().autoIncrement())
        .addColumn('delivery', 'text', column => column.notNull().unique())
        .addColumn('card', 'text', column => column.notNull())
        .addColumn('at', 'text', column => column.notNull())
        .execute()
    },
  },
}
