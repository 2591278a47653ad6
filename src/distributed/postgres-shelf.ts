import type { PostgresLink } from './postgres-link.ts'
import { type Change, type Kept, MOMENTS, type Shelf, type Sight } from './shelf.ts'

/** Raised when somebody was faster, and what PostgreSQL says when two wait for each other. */
const FASTER = ['RH001', '40P01', '40001']

// Asked once by a statement, which can look it up in an index then.
const NOW = '(SELECT extract(epoch FROM clock_timestamp()) * 1000)::double precision'

/** The tables of a shelf, and how it is written. */
export function shelfIn(schema: string): string {
  return `CREATE SCHEMA IF NOT EXISTS ${schema};
CREATE SEQUENCE IF NOT EXISTS ${schema}.shelf_numbers;
CREATE TABLE IF NOT EXISTS ${schema}.shelf (key text PRIMARY KEY, version bigint NOT NULL, text text NOT NULL);
CREATE TABLE IF NOT EXISTS ${schema}.shelf_tags (
  tag text, key text, score double precision NOT NULL, PRIMARY KEY (key, tag));
CREATE INDEX IF NOT EXISTS shelf_tags_by_score ON ${schema}.shelf_tags (tag, score);
CREATE OR REPLACE FUNCTION ${schema}.shelf_write(
  keys text[], versions bigint[], acts text[], texts text[], tag_keys text[], tags text[], scores double precision[]
) RETURNS bigint LANGUAGE plpgsql AS $body$
DECLARE mine bigint; new integer; made integer;
BEGIN
  PERFORM 1 FROM ${schema}.shelf s WHERE s.key = ANY (keys) ORDER BY s.key FOR UPDATE;
  IF EXISTS (SELECT 1 FROM unnest(keys, versions) AS c(key, version) LEFT JOIN ${schema}.shelf s ON s.key = c.key
    WHERE coalesce(s.version, 0) <> c.version) THEN RETURN 0; END IF;
  mine := nextval('${schema}.shelf_numbers');
  SELECT count(*) INTO new FROM unnest(versions, acts) AS c(version, act) WHERE c.version = 0 AND c.act = 'put';
  INSERT INTO ${schema}.shelf SELECT c.key, mine, c.text FROM unnest(keys, versions, acts, texts) AS c(key, version, act, text)
    WHERE c.version = 0 AND c.act = 'put' ORDER BY c.key ON CONFLICT DO NOTHING;
  GET DIAGNOSTICS made = ROW_COUNT;
  IF made < new THEN RAISE EXCEPTION 'somebody was faster' USING ERRCODE = 'RH001'; END IF;
  UPDATE ${schema}.shelf s SET version = mine, text = c.text FROM unnest(keys, versions, acts, texts) AS c(key, version, act, text)
    WHERE s.key = c.key AND c.version > 0 AND c.act = 'put';
  DELETE FROM ${schema}.shelf s USING unnest(keys, acts) AS c(key, act) WHERE s.key = c.key AND c.act = 'drop';
  DELETE FROM ${schema}.shelf_tags t USING unnest(keys, versions, acts) AS c(key, version, act)
    WHERE t.key = c.key AND c.version > 0 AND c.act <> 'same';
  INSERT INTO ${schema}.shelf_tags SELECT c.tag, c.key, c.score FROM unnest(tag_keys, tags, scores) AS c(key, tag, score)
    ON CONFLICT (key, tag) DO UPDATE SET score = excluded.score;
  RETURN mine;
END $body$`
}

/** A shelf in PostgreSQL. */
export class PostgresShelf implements Shelf {
  readonly name: string
  readonly #link: PostgresLink
  readonly #schema: string

  constructor(link: PostgresLink, schema: string) {
    this.name = link.name
    this.#link = link
    this.#schema = schema
  }

  async look(keys: readonly string[], { numbers, overdue }: { numbers: number; overdue: number }): Promise<Sight> {
    const schema = this.#schema
    const [row] = await this.#link.rows(
      `SELECT floor(extract(epoch FROM clock_timestamp()) * 1000) AS now,
        (SELECT array_agg(nextval('${schema}.shelf_numbers')) FROM generate_series(1, $2::integer)) AS numbers,
        (SELECT json_object_agg(key, json_build_array(version, text)) FROM ${schema}.shelf WHERE key = ANY ($1)) AS kept,
        (SELECT json_agg(key) FROM (SELECT key FROM ${schema}.shelf_tags WHERE tag = '${MOMENTS}'
          AND score <= ${NOW} ORDER BY score LIMIT $3::integer) AS late) AS overdue`,
      [keys, numbers, overdue],
    )
    const kept = (row?.kept ?? {}) as Readonly<Record<string, [version: number, text: string]>>
    return {
      now: Number(row?.now),
      numbers: ((row?.numbers ?? []) as string[]).map(Number),
      kept: keys.map((key): Kept | undefined => kept[key] && { version: kept[key][0], text: kept[key][1] }),
      overdue: (row?.overdue ?? []) as string[],
    }
  }

  async write(changes: readonly Change[]): Promise<number> {
    const tags = changes.flatMap(({ key, tags: some }) => some.map(([tag, score]) => ({ key, tag, score })))
    const values = [
      changes.map(({ key }) => key),
      changes.map(({ version }) => version),
      changes.map(({ act }) => act),
      changes.map(({ text }) => text),
      tags.map(({ key }) => key),
      tags.map(({ tag }) => tag),
      tags.map(({ score }) => score),
    ]
    try {
      const [row] = await this.#link.rows(
        `SELECT ${this.#schema}.shelf_write($1, $2, $3, $4, $5, $6, $7) AS version`,
        values,
      )
      return Number(row?.version)
    } catch (error) {
      const { code } = (error as Error).cause as { code?: string }
      if (code !== undefined && FASTER.includes(code)) return 0
      throw error
    }
  }

  async untag(tag: string, from: readonly { readonly key: string; readonly version: number }[]): Promise<void> {
    const unchanged = `SELECT s.key FROM ${this.#schema}.shelf s JOIN unnest($2::text[], $3::bigint[]) AS f(key, version)
      ON s.key = f.key AND s.version = f.version ORDER BY s.key FOR UPDATE OF s`
    await this.#link.rows(
      `WITH unchanged AS (${unchanged}) DELETE FROM ${this.#schema}.shelf_tags WHERE tag = $1 AND key IN (SELECT key FROM unchanged)`,
      [tag, from.map(({ key }) => key), from.map(({ version }) => version)],
    )
  }

  async count(tags: readonly { readonly tag: string; readonly due: boolean }[]): Promise<readonly number[]> {
    const rows = await this.#link.rows(
      `SELECT (SELECT count(*) FROM ${this.#schema}.shelf_tags t WHERE t.tag = c.tag
        AND (NOT c.due OR t.score <= ${NOW})) AS count
       FROM unnest($1::text[], $2::boolean[]) WITH ORDINALITY AS c(tag, due, place) ORDER BY c.place`,
      [tags.map(({ tag }) => tag), tags.map(({ due }) => due)],
    )
    return rows.map(({ count }) => Number(count))
  }

  async last(tags: readonly string[], limit: number): Promise<readonly string[]> {
    const sql = `SELECT key FROM ${this.#schema}.shelf_tags WHERE tag = ANY ($1) ORDER BY score DESC LIMIT $2`
    return (await this.#link.rows(sql, [tags, limit])).map(({ key }) => String(key))
  }

  async below(tag: string, bound: number): Promise<readonly string[]> {
    const sql = `SELECT key FROM ${this.#schema}.shelf_tags WHERE tag = $1 AND score < $2`
    return (await this.#link.rows(sql, [tag, bound])).map(({ key }) => String(key))
  }
}
