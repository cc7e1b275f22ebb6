/** A part of a JPEG file that a marker announces (ITU T.81, B.1.1.4). */
export interface Segment {
  marker: number;
  /** What stands behind the marker and the length. */
  data: Buffer;
}

const START_OF_SCAN = 0xda;

/** The segments of a JPEG file up to its first scan, or to the first bytes that announce none. */
export function* segmentsOf(bytes: Buffer): Generator<Segment, void, undefined> {
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff;) {
    const marker = bytes[at + 1];
    if (marker === 0xff) {
      at += 1; // a fill byte
      continue;
    }
    const end = at + 2 + bytes.readUInt16BE(at + 2);
    yield { marker, data: bytes.subarray(at + 4, end) };
    if (marker === START_OF_SCAN) return;
    at = end;
  }
}
