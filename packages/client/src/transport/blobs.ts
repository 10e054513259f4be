import type { Packet } from "@hawser/engine-codec/frames";

/**
 * Blobs give their bytes only asynchronously; a text message needs them first. Calls back at once
 * if there are none.
 */
export function withBlobsRead(
  packets: readonly Packet[],
  ready: (packets: readonly Packet[]) => void,
  failed: (error: unknown) => void,
): void {
  if (!packets.some(({ data }) => isBlob(data))) {
    ready(packets);
    return;
  }
  const read = async (packet: Packet): Promise<Packet> => {
    const data: unknown = packet.data;
    return isBlob(data) ? { ...packet, data: await data.arrayBuffer() } : packet;
  };
  Promise.all(packets.map(read)).then(ready, failed);
}

function isBlob(data: unknown): data is Blob {
  return typeof Blob === "function" && data instanceof Blob;
}
