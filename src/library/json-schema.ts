import { z } from 'zod'
import { frontMatterSchema } from './brief.ts'
import { collectionSchema } from './collection.ts'
import { recordSchema } from './record.ts'

/** JSON Schemas of the files that people write, by the name of the file to keep each in, for editors' tools. */
export const jsonSchemas = (): Record<string, object> => ({
  'brief.schema.json': toJsonSchema(frontMatterSchema, 'The front matter of a brief'),
  'collection.schema.json': toJsonSchema(collectionSchema, 'A collection of briefs'),
  'record.schema.json': toJsonSchema(recordSchema, 'The record of a source'),
})

/** Every scalar is read as text here, while editors' tools read `2008` as a number and `2026-11-21` as a date: they may be either. */
export const toJsonSchema = (schema: z.ZodType, title: string): object => ({
  title,
  ...z.toJSONSchema(schema, {
    target: 'draft-7',
    io: 'input',
    override: ({ jsonSchema }) => {
      if (jsonSchema.type === 'string' && !jsonSchema.enum) Object.assign(jsonSchema, { type: ['string', 'number'] })
    },
  }),
})
