/**
 * Replaces the encoding of Socket.IO packets; both sides must use the same. An Encoder has
 * `encode(packet)`, which answers chunks; a Decoder has `add(chunk)`, emits `decoded`, and may have
 * `destroy()`. Loose, since packages that provide one type their packets each in their own way.
 */
export interface Parser {
  Encoder: new () => object;
  Decoder: new () => object;
}
