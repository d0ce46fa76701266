/** The facts of an S3 event notification that a conversion starts from. */
export interface S3ObjectCreated {
  readonly bucket: string;
  /** The object's key, decoded. */
  readonly key: string;
  readonly size: number;
  readonly etag: string;
  readonly sequencer: string;
}

/** An SQS batch of one message that says what S3 says of a new object; for homes that have no S3 of their own. */
export function createUploadEvent(_created: S3ObjectCreated): unknown {
  throw new Error("not written yet");
}
