// Prints what two other readers find in Parquet files, as JSON: numbers by their bits, so that nothing is lost on the way.
import { DuckDBInstance } from '@duckdb/node-api'
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet'

const bits = new DataView(new ArrayBuffer(8))

function canonical(value) {
  if (value === null || value === undefined) return null
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'number') {
    bits.setFloat64(0, value)
    return 'f' + bits.getBigUint64(0).toString(16).padStart(16, '0')
  }
  return typeof value === 'boolean' ? value : 't' + value
}

async function withDuckDB(path) {
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  const quoted = `'${path.replaceAll("'", "''")}'`
  const rows = await connection.runAndReadAll(`SELECT * FROM read_parquet(${quoted})`)
  const pairs = await connection.runAndReadAll(`SELECT decode(key), decode(value) FROM parquet_kv_metadata(${quoted})`)
  const columns = rows.getColumns()
  return {
    columns: Object.fromEntries(rows.columnNames().map((name, i) => [name, (columns[i] ?? []).map(canonical)])),
    metadata: Object.fromEntries(pairs.getRows()),
  }
}

async function withHyparquet(path) {
  const file = await asyncBufferFromFile(path)
  const metadata = await parquetMetadataAsync(file)
  const rows = await parquetReadObjects({ file, metadata })
  const names = metadata.schema.slice(1).map(element => element.name)
  return {
    columns: Object.fromEntries(names.map(name => [name, rows.map(row => canonical(row[name]))])),
    metadata: Object.fromEntries((metadata.key_value_metadata ?? []).map(pair => [pair.key, pair.value])),
  }
}

const found = {}
for (const path of process.argv.slice(2)) {
  found[path] = { duckdb: await withDuckDB(path), hyparquet: await withHyparquet(path) }
}
process.stdout.write(JSON.stringify(found))
