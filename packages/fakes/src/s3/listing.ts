import type { Answer } from '../http/answer.ts'
import type { Bucket, StoredObject } from './bucket.ts'

const pageLimit = 1000
const escapes: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  '"': '&quot;',
}
const escapeXml = (text: string): string => text.replace(/[<>&"]/g, (char) => escapes[char] ?? char)
const tag = (name: string, value: string | number | boolean): string =>
  `<${name}>${escapeXml(String(value))}</${name}>`

/** ListObjectsV2: a page of keys and, if there are more, where to go on. */
export function listObjects(
  bucket: Bucket,
  name: string,
  query: Readonly<Record<string, string>>,
): Answer {
  const prefix = query.prefix ?? ''
  const limit = Math.min(Number(query['max-keys'] ?? pageLimit), pageLimit)
  const after = query['continuation-token'] ?? query['start-after'] ?? ''
  const all = bucket.list(prefix).filter(({ key }) => key > after)
  const page = all.slice(0, limit)
  const isTruncated = all.length > page.length
  const text = [
    '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">',
    tag('Name', name),
    tag('Prefix', prefix),
    tag('KeyCount', page.length),
    tag('MaxKeys', limit),
    tag('IsTruncated', isTruncated),
    ...(isTruncated ? [tag('NextContinuationToken', page.at(-1)?.key ?? '')] : []),
    ...page.map(describe),
    '</ListBucketResult>',
  ].join('')
  return { status: 200, text, headers: { 'content-type': 'application/xml' } }
}

const describe = ({ key, at, etag, bytes }: StoredObject): string =>
  `<Contents>${tag('Key', key)}${tag('LastModified', new Date(at).toISOString())}${tag('ETag', etag)}${tag('Size', bytes.length)}${tag('StorageClass', 'STANDARD')}</Contents>`
