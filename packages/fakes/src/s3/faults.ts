import type { Faults } from '../faults/fault.ts'
import { commonFaults } from '../faults/fault.ts'
import type { Answer } from '../http/answer.ts'

/** An error answer of S3: XML with a code and a sentence. */
export function s3Error(status: number, code: string, message: string): Answer {
  return {
    status,
    text: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
    headers: { 'content-type': 'application/xml' },
  }
}

export const s3Faults = {
  ...commonFaults({
    unauthorized: s3Error(401, 'Unauthorized', 'Unauthorized'),
    rateLimited: s3Error(429, 'TooManyRequests', 'Please reduce your request rate.'),
    serverError: s3Error(500, 'InternalError', 'We encountered an internal error.'),
    unavailable: s3Error(503, 'SlowDown', 'Please reduce your request rate.'),
  }),
  'access-denied': {
    says: 'the key has no right to do this (403)',
    answer: s3Error(403, 'AccessDenied', 'Access Denied'),
  },
  'signature-mismatch': {
    says: 'finds the signature wrong (403)',
    answer: s3Error(
      403,
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided.',
    ),
  },
  'clock-skewed': {
    says: 'finds the clocks too far apart (403)',
    answer: s3Error(
      403,
      'RequestTimeTooSkewed',
      'The difference between the request time and the current time is too large.',
    ),
  },
  'no-bucket': {
    says: 'does not know the bucket (404)',
    answer: s3Error(404, 'NoSuchBucket', 'The specified bucket does not exist'),
  },
  'wrong-etag': {
    says: 'stores the object damaged: the ETag does not fit what was sent',
    variant: true,
  },
} as const satisfies Faults
